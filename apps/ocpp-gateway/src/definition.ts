import type { ServiceDefinition } from '@chargemesh/service';
import { migrations } from './migrations/index.js';
import { OcppGatewayModule } from './ocpp-gateway.module.js';

export const ocppGatewayService: ServiceDefinition = {
  name: 'ocpp-gateway',
  schema: 'ocpp_gateway',
  module: OcppGatewayModule,
  entities: [],
  migrations,
};
