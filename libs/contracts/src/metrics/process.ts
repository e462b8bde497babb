import { WAITED_S, histogram, metric } from './metric.js';

export const httpRequests = histogram({
  name: 'http.server.request.duration',
  unit: 's',
  description: 'From a request to its answer: rate, errors and duration of every endpoint',
  attributes: {
    'http.request.method': 'as in the request; `_OTHER` for one that no endpoint has',
    'http.route': 'pattern of the path; `none` for a path that there is not',
    'http.response.status_code': 'of the answer',
  },
  buckets: WAITED_S,
});

export const liveStreams = metric({
  kind: 'level',
  name: 'chargemesh.live.streams',
  unit: '{stream}',
  description: 'Readers that follow live what changes (server-sent events)',
});
export const cpuTime = metric({
  kind: 'observed counter',
  name: 'process.cpu.time',
  unit: 's',
  description: 'CPU that the process has used',
  attributes: { 'cpu.mode': 'user or system' },
});
export const memoryUsage = metric({
  kind: 'level',
  name: 'process.memory.usage',
  unit: 'By',
  description: 'Memory that the process holds (resident set)',
});
export const uptime = metric({
  kind: 'gauge',
  name: 'process.uptime',
  unit: 's',
  description: 'Since the process began',
});
export const heapUsed = metric({
  kind: 'level',
  name: 'v8js.memory.heap.used',
  unit: 'By',
  description: 'JavaScript heap in use, over all spaces',
});
export const eventLoopDelay = metric({
  kind: 'gauge',
  name: 'nodejs.eventloop.delay.p99',
  unit: 's',
  description: 'How late the event loop was, 99th percentile since the last reading',
});

const pool = { 'db.client.connection.pool.name': 'the service whose pool it is' };
export const connectionCount = metric({
  kind: 'level',
  name: 'db.client.connection.count',
  unit: '{connection}',
  description: 'Connections to PostgreSQL in the pool',
  attributes: { ...pool, 'db.client.connection.state': 'idle or used' },
});
export const connectionMax = metric({
  kind: 'level',
  name: 'db.client.connection.max',
  unit: '{connection}',
  description: 'Connections that the pool may have at most',
  attributes: pool,
});
export const connectionsPending = metric({
  kind: 'level',
  name: 'db.client.connection.pending_requests',
  unit: '{request}',
  description: 'Work that waits for a connection of the pool',
  attributes: pool,
});

export const dependencyUp = metric({
  kind: 'gauge',
  name: 'chargemesh.dependency.up',
  unit: '{dependency}',
  description: '1 while what the process depends on does its work, else 0; `/health/ready` says why',
  attributes: { 'chargemesh.dependency': 'as in `/health/ready`' },
});

export const jobOverdue = metric({
  kind: 'gauge',
  name: 'chargemesh.job.overdue',
  unit: 's',
  description:
    'For how long work that recurs should have been done again; the least over the processes of a service, of which one does it',
  attributes: { 'chargemesh.service': 'whose work', 'chargemesh.job': 'which, such as `partitions of the inbox`' },
});

/** Good and bad events of a service level objective, per operator. */
export const sloEvents = metric({
  kind: 'observed counter',
  name: 'chargemesh.slo.events',
  unit: '{event}',
  description: 'What counts for a service level objective (docs/operations/slo.md), and whether it met it',
  attributes: {
    'chargemesh.slo': 'edge-availability, answer-latency, persisted-latency or cdr-delay',
    'chargemesh.operator.id': 'whose it is; `other` beyond the 200 that a process tells apart',
    'chargemesh.slo.met': 'true or false',
  },
});
