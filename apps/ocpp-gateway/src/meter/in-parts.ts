import {
  type EventOf,
  type MeterSample,
  MeterValuesReceived,
  TransactionUpdated,
  newEvent,
} from '@chargemesh/contracts';
import { flatMapInSlices } from '@chargemesh/ocpp';
import { type MessageContext, envelopeOf, messageIdentity, connectionFields } from '../station/message-context.js';
import { digestOf } from '../station/digest.js';

/** The size of one event: a stop may bring the samples of a day, more than one record of the log takes. */
const SAMPLES_PER_EVENT = 1_000;
const BYTES_PER_EVENT = 400_000;

/** The samples in parts of one event each, the last of which may be empty. */
export async function partsOf(samples: readonly MeterSample[]): Promise<MeterSample[][]> {
  // As nearly always: there is nothing to divide.
  if (samples.length <= 1) return [[...samples]];
  let part: MeterSample[] = [];
  const parts = [part];
  let bytes = 0;
  const sizes = await flatMapInSlices(samples, (sample) => [Buffer.byteLength(JSON.stringify(sample))]);
  samples.forEach((sample, index) => {
    const size = sizes[index] ?? 0;
    if (part.length > 0 && (part.length >= SAMPLES_PER_EVENT || bytes + size > BYTES_PER_EVENT)) {
      parts.push((part = []));
      bytes = 0;
    }
    part.push(sample);
    bytes += size;
  });
  return parts;
}

/** The samples of a message about a transaction: earlier parts as updates of their own, the last for the message's event. */
export async function inParts(
  context: MessageContext,
  transactionId: string,
  samples: readonly MeterSample[],
): Promise<{ early: EventOf<typeof TransactionUpdated>[]; last: MeterSample[] }> {
  const parts = await partsOf(samples);
  return {
    early: await flatMapInSlices(parts.slice(0, -1), (part) => [updateOf(context, transactionId, part)], 1),
    last: parts.at(-1) as MeterSample[],
  };
}

function updateOf(context: MessageContext, transactionId: string, samples: MeterSample[]) {
  const { at } = samples.at(-1) as MeterSample;
  const data = { ...connectionFields(context), transactionId, digest: digestOf(samples), at, offline: false, samples };
  return newEvent(TransactionUpdated, {
    ...envelopeOf(context),
    time: at,
    data: { ...data, trigger: 'MeterValuePeriodic' },
  });
}

/** Events of meter values that name no transaction. */
export async function valuesOf(context: MessageContext, evseId: number, samples: readonly MeterSample[]) {
  const eventOf = (part: MeterSample[]) =>
    newEvent(MeterValuesReceived, {
      ...envelopeOf(context),
      data: { ...messageIdentity(context, part), evseId, samples: part },
    });
  return flatMapInSlices(await partsOf(samples), (part) => [eventOf(part)], 1);
}
