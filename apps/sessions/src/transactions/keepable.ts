import type { StationEvent } from '@chargemesh/contracts';
import { storableText } from '@chargemesh/persistence';
import { OUT_OF_RANGE } from '../meter/sample.js';

/** What the column of a sequence number holds. */
const SEQ_NO_MAX = 2 ** 31 - 1;

/**
 * The event as it can be kept: its transaction and token in characters that the database gives back as they were written,
 * without a sequence number that is none. The gateway mends them too; what is in the log already must not park either.
 */
export function keepable(event: StationEvent): StationEvent {
  if (!('transactionId' in event.data)) return event;
  const { transactionId, idToken, seqNo } = event.data;
  const isNumber = seqNo === undefined || seqNo <= SEQ_NO_MAX;
  if (isNumber && isKept(transactionId) && isKept(idToken?.value)) return event;
  const data = {
    ...event.data,
    transactionId: kept(transactionId),
    ...(idToken ? { idToken: { ...idToken, value: kept(idToken.value) } } : {}),
    ...(isNumber ? {} : { seqNo: undefined, flags: [...(event.data.flags ?? []), OUT_OF_RANGE] }),
  };
  return { ...event, data } as StationEvent;
}

function isKept(text: string | undefined): boolean {
  return text === undefined || text === kept(text);
}

function kept(text: string): string {
  return storableText(text).toWellFormed();
}
