import { WAITED_S, histogram, metric } from './metric.js';

const system = { 'messaging.system': 'kafka, or postgresql for the embedded log' };
const group = { 'messaging.consumer.group.name': 'service and topic' };
const service = { 'chargemesh.service': 'whose tables; several services may share a process' };

export const produceDuration = histogram({
  name: 'messaging.client.operation.duration',
  unit: 's',
  description:
    'From handing records to the log until they are durable: once for each send, of the record that waited longest',
  attributes: {
    ...system,
    'messaging.operation.name': 'send',
    'error.type': 'class of the error, `none` without one; nothing that was acknowledged is lost by it',
  },
  buckets: WAITED_S,
});
export const sentMessages = metric({
  kind: 'counter',
  name: 'messaging.client.sent.messages',
  unit: '{message}',
  description: 'Records that the log has taken',
  attributes: { ...system, 'messaging.operation.name': 'send' },
});
export const consumedMessages = metric({
  kind: 'counter',
  name: 'messaging.client.consumed.messages',
  unit: '{message}',
  description: 'Events that were applied and committed',
  attributes: { ...system, 'messaging.operation.name': 'process', ...group },
});
export const processDuration = histogram({
  name: 'messaging.process.duration',
  unit: 's',
  description: 'A batch, from being given to being committed, or having failed',
  attributes: {
    ...system,
    'messaging.operation.name': 'process',
    ...group,
    'error.type': 'class of the error, `none` without one; the batch is given again',
  },
  buckets: WAITED_S,
});
export const batchSize = histogram({
  name: 'chargemesh.messaging.batch.size',
  unit: '{message}',
  description: 'Events of one batch, which is one database transaction',
  attributes: group,
  buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
});
export const duplicates = metric({
  kind: 'counter',
  name: 'chargemesh.messaging.duplicates',
  unit: '{message}',
  description: 'Events that had been applied before and changed nothing',
  attributes: group,
});
export const parked = metric({
  kind: 'counter',
  name: 'chargemesh.messaging.parked',
  unit: '{message}',
  description: 'Records put into the dead letters, those behind them included',
  attributes: group,
});
export const alarms = metric({
  kind: 'counter',
  name: 'chargemesh.messaging.alarms',
  unit: '{alarm}',
  description: 'A group stood at an offset that the log no longer has: records may have been missed',
  attributes: group,
});
export const consumerLag = metric({
  kind: 'gauge',
  name: 'chargemesh.messaging.consumer.lag',
  unit: '{message}',
  description:
    'Records of the topic that the group has not handled, over all partitions; every process of a group says it',
  attributes: group,
});
export const consumerAlive = metric({
  kind: 'gauge',
  name: 'chargemesh.messaging.consumer.alive',
  unit: '{reader}',
  description: '1 while the reader reads, 0 while it has ended and is to be started again',
  attributes: group,
});
export const outboxRows = metric({
  kind: 'gauge',
  name: 'chargemesh.outbox.rows',
  unit: '{row}',
  description: 'Events that the log has not taken yet; exact up to 100,000',
  attributes: service,
});
export const outboxAge = metric({
  kind: 'gauge',
  name: 'chargemesh.outbox.age',
  unit: 's',
  description: 'Age of the oldest of them',
  attributes: service,
});
export const lettersParked = metric({
  kind: 'gauge',
  name: 'chargemesh.dead_letters.parked',
  unit: '{letter}',
  description: 'Events that wait for a person, and those behind them; exact up to 100,000',
  attributes: service,
});
export const lettersParkedAge = metric({
  kind: 'gauge',
  name: 'chargemesh.dead_letters.parked.age',
  unit: 's',
  description: 'Age of the oldest of them',
  attributes: service,
});
export const lettersWaiting = metric({
  kind: 'gauge',
  name: 'chargemesh.dead_letters.waiting',
  unit: '{letter}',
  description: 'Events that wait for what they depend on; exact up to 100,000',
  attributes: service,
});
export const lettersWaitingAge = metric({
  kind: 'gauge',
  name: 'chargemesh.dead_letters.waiting.age',
  unit: 's',
  description: 'Age of the oldest of them',
  attributes: service,
});
