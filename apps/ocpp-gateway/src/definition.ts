import type { ServiceDefinition } from '@chargemesh/service';
import { GatewayTables1800000000000 } from './migrations/1800000000000-gateway-tables.js';
import { OcppGatewayModule } from './ocpp-gateway.module.js';

export const ocppGatewayService: ServiceDefinition = {
  name: 'ocpp-gateway',
  schema: 'ocpp_gateway',
  module: OcppGatewayModule,
  entities: [],
  migrations: [GatewayTables1800000000000],
};
