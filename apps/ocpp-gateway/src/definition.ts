import type { ServiceDefinition } from '@chargemesh/service';
import { gatewaySettings } from './config.js';
import { migrations } from './migrations/index.js';
import { OcppGatewayModule } from './ocpp-gateway.module.js';

export const ocppGatewayService: ServiceDefinition = {
  name: 'ocpp-gateway',
  schema: 'ocpp_gateway',
  module: OcppGatewayModule,
  settings: gatewaySettings,
  entities: [],
  migrations,
};
