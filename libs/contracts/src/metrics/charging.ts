import { histogram, metric } from './metric.js';

export const sessionsOpen = metric({
  kind: 'gauge',
  name: 'chargemesh.sessions.open',
  unit: '{session}',
  description: 'Sessions that are under way or wait for somebody; every process of sessions says it',
  attributes: {
    'chargemesh.session.status':
      'active, silent (those of the active of which nothing was heard for long), ended (and provisional) or held (until somebody decides)',
  },
});
export const persisted = histogram({
  name: 'chargemesh.station_events.persisted.duration',
  unit: 's',
  description: "From a station's message to its session in the database",
  attributes: { 'chargemesh.event.type': 'transaction-started, transaction-updated or transaction-ended' },
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
});
export const lateFacts = histogram({
  name: 'chargemesh.sessions.late_facts.delay',
  unit: 's',
  description: 'From when a session was final to each fact that came of it afterwards',
  attributes: {
    'chargemesh.event.type':
      'transaction-started, transaction-updated (status and readings as well) or transaction-ended',
    'chargemesh.session.correction':
      'automatic, or requested where the session is final for too long for that: toReview finds it',
  },
  buckets: [10, 60, 300, 900, 3_600, 21_600, 86_400, 604_800, 2_592_000],
});
export const sessionsUndecided = metric({
  kind: 'counter',
  name: 'chargemesh.sessions.undecided',
  unit: '{session}',
  description:
    'Sessions for which what decides on them could not be read or computed: they are held, or tried again in an hour',
});
export const cdrsIssued = metric({
  kind: 'counter',
  name: 'chargemesh.cdrs.issued',
  unit: '{cdr}',
  description: 'CDRs that were numbered and told',
  attributes: { 'chargemesh.cdr.kind': 'cdr, credit or replacement' },
});
export const cdrDelay = histogram({
  name: 'chargemesh.cdrs.delay',
  unit: 's',
  description: 'From the end of a session, or its arrival when that was later, to its first CDR',
  buckets: [5, 10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 86_400],
});
export const ocpiCdrsHeld = metric({
  kind: 'gauge',
  name: 'chargemesh.ocpi.cdrs.held',
  unit: '{cdr}',
  description: 'CDRs that are not sent to partners and wait for a person; every process of ocpi-gateway says it',
});
