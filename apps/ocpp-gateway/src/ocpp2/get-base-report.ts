import { statusOutcome } from '../commands/to-station.js';
import type { ToStation2 } from './versions.js';

type Base = 'ConfigurationInventory' | 'FullInventory' | 'SummaryInventory';
const BASES: ReadonlySet<string> = new Set<Base>(['ConfigurationInventory', 'FullInventory', 'SummaryInventory']);

/** OCPP 2.x B07. The report itself comes as NotifyReport, which a Pending station may send because of it. */
export const getBaseReport: ToStation2<'GetBaseReport', 'GetBaseReport'> = {
  command: 'GetBaseReport',
  requests: ({ requestId, report }) => (BASES.has(report) ? [{ requestId, reportBase: report as Base }] : []),
  outcome: ({ status, statusInfo }) => statusOutcome(status, statusInfo?.reasonCode, ['EmptyResultSet']),
  admits: () => ['NotifyReport'],
};
