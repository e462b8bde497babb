import type { Migration } from '@chargemesh/persistence';
import { GatewayTables1800000000000 } from './1800000000000-gateway-tables.js';
import { StationSilences1900400030001 } from './1900400030001-station-silences.js';
import { StationClocks1900800003001 } from './1900800003001-station-clocks.js';
import { StationIncidents1900800004001 } from './1900800004001-station-incidents.js';
import { QuarantineHandling1900800004002 } from './1900800004002-quarantine-handling.js';
import { LeasesHeldSince1900800006001 } from './1900800006001-leases-held-since.js';
import { RepeatedStarts1900400020001 } from './1900400020001-repeated-starts.js';
import { TimelineBase1900400190001 } from './1900400190001-timeline-base.js';
import { StartsOver1900400190002 } from './1900400190002-starts-over.js';
import { ZonesProven1900810000001 } from './1900810000001-zones-proven.js';
import { GatewayListed1900800240001 } from './1900800240001-listed.js';

/** The gateway's own migrations, in order. */
export const migrations: Migration[] = [
  GatewayTables1800000000000,
  StationSilences1900400030001,
  StationClocks1900800003001,
  StationIncidents1900800004001,
  QuarantineHandling1900800004002,
  LeasesHeldSince1900800006001,
  RepeatedStarts1900400020001,
  TimelineBase1900400190001,
  StartsOver1900400190002,
  GatewayListed1900800240001,
  ZonesProven1900810000001,
];
