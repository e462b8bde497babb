import type { Migration } from '@chargemesh/persistence';
import { GatewayTables1800000000000 } from './1800000000000-gateway-tables.js';
import { LeasesHeldSince1900800006001 } from './1900800006001-leases-held-since.js';

/** The gateway's own migrations, in order. */
export const migrations: Migration[] = [GatewayTables1800000000000, LeasesHeldSince1900800006001];
