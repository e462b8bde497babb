import type { ServiceDefinition } from '@chargemesh/service';
import { OcpiGatewayModule } from './ocpi-gateway.module.js';
import { PartnerTables1700300000000 } from './migrations/1700300000000-partners.js';
import { Partner } from './partners/partner.entity.js';

/** The door to roaming partners: OCPI 2.2.1 and 2.3.0. */
export const ocpiGatewayService: ServiceDefinition = {
  name: 'ocpi-gateway',
  schema: 'ocpi_gateway',
  module: OcpiGatewayModule,
  entities: [Partner],
  migrations: [PartnerTables1700300000000],
};
