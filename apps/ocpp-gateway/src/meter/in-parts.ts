import { type EventOf, type MeterSample, TransactionUpdated, newEvent } from '@chargemesh/contracts';
import { type Call, about, onConnection } from '../station/call.js';
import { digestOf } from '../station/digest.js';

/** As many samples as one fact carries at ease; a day of them may come at once. */
const SAMPLES_PER_FACT = 1_000;

/** The samples of a message about a transaction: earlier ones as updates of their own, and the last for its own fact. */
export function inParts(
  call: Call,
  transactionId: string,
  samples: readonly MeterSample[],
): { early: EventOf<typeof TransactionUpdated>[]; last: MeterSample[] } {
  const early: EventOf<typeof TransactionUpdated>[] = [];
  let first = 0;
  for (; samples.length - first > SAMPLES_PER_FACT; first += SAMPLES_PER_FACT)
    early.push(updateOf(call, transactionId, samples.slice(first, first + SAMPLES_PER_FACT)));
  return { early, last: samples.slice(first) };
}

function updateOf(call: Call, transactionId: string, samples: MeterSample[]) {
  const { at } = samples.at(-1) as MeterSample;
  const data = { ...onConnection(call), transactionId, digest: digestOf(samples), at, offline: false, samples };
  return newEvent(TransactionUpdated, { ...about(call), time: at, data: { ...data, trigger: 'MeterValuePeriodic' } });
}
