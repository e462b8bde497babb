import {
  type EventOf,
  type MeterSample,
  MeterValuesReceived,
  TransactionUpdated,
  newEvent,
} from '@chargemesh/contracts';
import { type Call, about, byMessage, onConnection } from '../station/call.js';
import { digestOf } from '../station/digest.js';

/** As many samples, and bytes of them, as one fact carries at ease; a day of them may come at once. */
const SAMPLES_PER_FACT = 1_000;
const BYTES_PER_FACT = 400_000;

/** The samples in parts that a fact each carries, the last of which may be empty. */
export function partsOf(samples: readonly MeterSample[]): MeterSample[][] {
  let part: MeterSample[] = [];
  const parts = [part];
  let bytes = 0;
  for (const sample of samples) {
    const size = Buffer.byteLength(JSON.stringify(sample));
    if (part.length > 0 && (part.length >= SAMPLES_PER_FACT || bytes + size > BYTES_PER_FACT)) {
      parts.push((part = []));
      bytes = 0;
    }
    part.push(sample);
    bytes += size;
  }
  return parts;
}

/** The samples of a message about a transaction: earlier ones as updates of their own, and the last for its own fact. */
export function inParts(
  call: Call,
  transactionId: string,
  samples: readonly MeterSample[],
): { early: EventOf<typeof TransactionUpdated>[]; last: MeterSample[] } {
  const parts = partsOf(samples);
  return {
    early: parts.slice(0, -1).map((part) => updateOf(call, transactionId, part)),
    last: parts.at(-1) as MeterSample[],
  };
}

function updateOf(call: Call, transactionId: string, samples: MeterSample[]) {
  const { at } = samples.at(-1) as MeterSample;
  const data = { ...onConnection(call), transactionId, digest: digestOf(samples), at, offline: false, samples };
  return newEvent(TransactionUpdated, { ...about(call), time: at, data: { ...data, trigger: 'MeterValuePeriodic' } });
}

/** Meter values that name no transaction, as facts. */
export function valuesOf(call: Call, evseId: number, samples: readonly MeterSample[]) {
  return partsOf(samples).map((part) =>
    newEvent(MeterValuesReceived, { ...about(call), data: { ...byMessage(call, part), evseId, samples: part } }),
  );
}
