/** One authenticated station that sends as much as it can of what it should not; comes back when it is cut off. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { connect } from './stations.js';

const [url = '', kind = ''] = process.argv.slice(2);
const ATTACKER = 0;
const TICK_MS = 10;
const MESSAGES_PER_S = 4_000;
const GARBAGE_PER_S = 40;
const VALUES_PER_S = 5;
/** Looks like JSON to its end. */
const GARBAGE = `[2,"1","StatusNotification",{"info":"${'g'.repeat(400_000)}"`;
const UNSENT_MAX = 64_000_000;
/** 2,500 moments of two values, written as a careless station does: below every limit but that of the values. */
const sampledValue = [
  { value: 1, unit: 'wh', measurand: 'energy.active.import.register' },
  { value: '1,5', phase: 'L9' },
];
const meterValue = Array.from({ length: 2_500 }, (_, index) => ({
  timestamp: new Date(1_772_366_400_000 + index * 1_000).toISOString(),
  sampledValue,
}));
const VALUES = `"MeterValues",${JSON.stringify({ connectorId: 1, meterValue })}]`;

let count = 0;
const message = () =>
  `[2,"f${count++}","StatusNotification",{"connectorId":1,"status":"Available","errorCode":"NoError","timestamp":"2026-03-01T12:00:00Z"}]`;

const values = () => `[2,"f${count++}",${VALUES}`;

const KINDS: Readonly<Record<string, readonly [perS: number, next: () => string]>> = {
  garbage: [GARBAGE_PER_S, () => GARBAGE],
  values: [VALUES_PER_S, values],
};

async function flood(): Promise<void> {
  const [socket] = await connect(url, 'ocpp1.6', ATTACKER, ATTACKER + 1);
  if (!socket) return;
  process.send?.('flooding');
  const [perS, next] = KINDS[kind] ?? [MESSAGES_PER_S, message];
  const began = performance.now();
  let sent = 0;
  while (socket.readyState === WebSocket.OPEN) {
    const due = ((performance.now() - began) * perS) / 1_000;
    for (; sent < due && socket.bufferedAmount < UNSENT_MAX; sent++) socket.send(next());
    sent = Math.max(sent, Math.floor(due));
    await sleep(TICK_MS);
  }
}

for (;;) await flood();
