import { expect, it } from '@jest/globals';
import { OPERATOR, recordingPorts } from '../testing/ports.js';
import type { QuarantineRow } from './quarantine.store.js';
import { replay } from './replay.js';

const receivedAt = new Date('2026-01-05T20:00:00Z');
const row: QuarantineRow = {
  ...{
    id: '01900000-0000-8000-8000-00000000000a',
    operatorId: OPERATOR,
    stationId: 'CP-1',
    epoch: 7,
    ocppVersion: '1.6',
  },
  ...{ action: 'StopTransaction', messageId: 'm-1', reason: 'no', payload: '{}', transactionId: '9' },
  ...{ status: 'open', times: 1, receivedAt, lastReceivedAt: receivedAt, corrected: null, note: null },
  ...{ settledAt: null, settledBy: null },
};

it.each([
  ['site', '2026-01-05T17:00:00.000Z'],
  ['UTC', '2026-01-05T18:00:00.000Z'],
] as const)('a replayed message is read by the clock of its station: %s', async (zonelessAs, at) => {
  const ports = recordingPorts();
  const parts = {
    ports,
    defect: () => undefined,
    clockOf: () => Promise.resolve({ timeZone: 'Europe/Berlin', zonelessAs }),
  };
  await replay(row, { transactionId: 9, meterStop: 3_000, timestamp: '2026-01-05T18:00:00' }, parts);
  expect(ports.published).toMatchObject([
    { data: { transactionId: '9', at, flags: ['queued-or-behind', 'time-zone-assumed'] } },
  ]);
});
