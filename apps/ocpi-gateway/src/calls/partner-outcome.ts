import { readAnswer } from '@chargemesh/ocpi';
import { type HttpAnswer, type Outcome, outcomeOf } from '@chargemesh/outbound';

/** A hub that knows no such receiver: it would say so again. OCPI 2.2.1 and 2.3.0, status_codes, 4xxx. */
const UNKNOWN_RECEIVER = 4_001;
const NOT_FOUND = 404;

/**
 * What an answer of a partner means for a call. Over HTTP it is as with all others, but that a 404 with a status code of 2xxx
 * is of an object and no gateway that starts; inside of HTTP 200 the status code says it: 1xxx is success, 2xxx our mistake, which
 * would be one again; all others, and what is no envelope, are tried again: the answer of a call that was taken may have been cut off.
 */
export function partnerOutcome(answer: HttpAnswer, now: Date): Outcome {
  const byHttp = outcomeOf(answer, now);
  const { status, body } = answer;
  if (byHttp.result !== 'delivered' && status !== NOT_FOUND) return byHttp;
  const read = readAnswer(answer);
  if (!('failed' in read)) return byHttp;
  const { code = 0, failed: error } = read;
  const isFinal = (code >= 2_000 && code < 3_000) || code === UNKNOWN_RECEIVER;
  return isFinal ? { result: 'rejected', status, answer: body } : { result: 'failed', status, answer: body, error };
}
