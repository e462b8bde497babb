import { WAITED_S, histogram, metric } from './metric.js';

const destination = { 'chargemesh.outbound.destination': 'who is called, by kind and id; never a station' };
const result = { 'chargemesh.outbound.result': 'delivered, rejected (for good) or failed (and tried again)' };

export const attempts = metric({
  kind: 'counter',
  name: 'chargemesh.outbound.attempts',
  unit: '{attempt}',
  description: 'Attempts to call partners, providers and other destinations',
  attributes: { ...destination, ...result },
});
export const attemptDuration = histogram({
  name: 'chargemesh.outbound.attempt.duration',
  unit: 's',
  description: 'From the beginning of an attempt to its outcome',
  attributes: { 'chargemesh.outbound.kind': 'which handler made it', ...result },
  buckets: WAITED_S,
});
export const waiting = metric({
  kind: 'gauge',
  name: 'chargemesh.outbound.waiting',
  unit: '{call}',
  description: 'Calls that wait for their destination; every process of the service says it',
  attributes: destination,
});
export const oldestWaiting = metric({
  kind: 'gauge',
  name: 'chargemesh.outbound.oldest',
  unit: 's',
  description: 'Age of the oldest call that waits; every process of the service says it',
  attributes: destination,
});
