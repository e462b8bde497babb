import { OutboundTables1900400190101 } from '@chargemesh/outbound';
import type { ServiceDefinition } from '@chargemesh/service';
import { settings } from './config.js';
import { OcpiGatewayModule } from './ocpi-gateway.module.js';
import { PartnerTables1700300000000 } from './migrations/1700300000000-partners.js';
import { CheckedCdrs1900500007000 } from './migrations/1900500007000-checked-cdrs.js';
import { DecidedCdrs1900500007001 } from './migrations/1900500007001-decided-cdrs.js';
import { HeldCdrsByTime1900500520001 } from './migrations/1900500520001-held-cdrs-by-time.js';
import { Connections1900650000001 } from './migrations/1900650000001-connections.js';
import { Tokens1900730000002 } from './migrations/1900730000002-tokens.js';
import { TokenPulls1900730000003 } from './migrations/1900730000003-token-pulls.js';
import { DeliveriesListed1900760000001 } from './migrations/1900760000001-deliveries-listed.js';
import { Locations1900720000001 } from './migrations/1900720000001-locations.js';
import { OnceConnected1900780000001 } from './migrations/1900780000001-once-connected.js';
import { Partner } from './partners/partner.entity.js';

export { coveragePage } from './ocpi/coverage-page.js';

/** Roaming partners, over OCPI 2.2.1 and 2.3.0. */
export const ocpiGatewayService: ServiceDefinition = {
  name: 'ocpi-gateway',
  schema: 'ocpi_gateway',
  module: OcpiGatewayModule,
  settings,
  entities: [Partner],
  migrations: [
    PartnerTables1700300000000,
    OutboundTables1900400190101,
    CheckedCdrs1900500007000,
    DecidedCdrs1900500007001,
    HeldCdrsByTime1900500520001,
    Connections1900650000001,
    Tokens1900730000002,
    TokenPulls1900730000003,
    DeliveriesListed1900760000001,
    Locations1900720000001,
    OnceConnected1900780000001,
  ],
};
