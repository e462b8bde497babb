import { hash } from 'node:crypto';
import type { MessageId } from './frames.js';
import type { MaybePromise } from './maybe-promise.js';

/** A CALL as it came in; `text` is the whole message, byte for byte. */
export interface IncomingCall extends MessageId {
  action: string;
  payload: object;
  text: string;
}

/** A station has one CALL open at a time, so that a retry finds its answer among few. */
const answersMax = 4;
/** Later the same id and text are a new message: not every station gives its messages unique ids. */
const repeatedWithinMs = 300_000;

/** A text up to this length is kept itself: to compare it costs less than to make its digest. */
const textLengthMax = 1_024;

/** Actions whose answer may change from one sending to the next, so that it is not kept. */
const unrepeatable: ReadonlySet<string> = new Set([
  ...['Authorize', 'BootNotification', 'DataTransfer', 'Heartbeat'],
  ...['Get15118EVCertificate', 'GetCertificateChainStatus', 'GetCertificateStatus', 'SignCertificate'],
]);

interface Answered {
  readonly messageId: string;
  /** The text, or a digest where it is long. */
  readonly said: string;
  readonly at: number;
  readonly answer: MaybePromise<object>;
}

/**
 * What one connection was answered, so that a message sent again is answered alike (OCPP-J errata 3.1, OCPP 2.1 Part 4
 * §4.1.4). On another connection the ids may begin anew, and the very same text may be news: there it is handled again,
 * and what it identifies itself by (its time, its transaction) makes it the same fact.
 */
export class AnsweredCalls {
  /** Made when needed: most connections are idle most of the time, and there are many of them. */
  private answers: Answered[] | undefined;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Gives the answer the same message got before, also one that is still being worked out; else the answer of `work`. */
  once(call: IncomingCall, work: () => MaybePromise<object>): MaybePromise<object> {
    // A station that counts its ids starts over when it boots.
    if (call.action === 'BootNotification') this.answers = undefined;
    if (unrepeatable.has(call.action)) return work();

    const said = call.text.length > textLengthMax ? hash('sha1', call.text) : call.text;
    const known = this.answers?.find(({ messageId }) => messageId === call.messageId);
    const now = this.now();
    if (known?.said === said && now - known.at < repeatedWithinMs) return known.answer;

    const entry: Answered = { messageId: call.messageId, said, at: now, answer: work() };
    this.keep(entry, known);
    // Failures are not kept: a retry may well succeed.
    if (entry.answer instanceof Promise) entry.answer.catch(() => this.forget(entry));
    return entry.answer;
  }

  /** A list and not a map: of a map from which the oldest goes with every message, most of the time is spent on its order. */
  private keep(entry: Answered, inPlaceOf: Answered | undefined): void {
    if (inPlaceOf) this.forget(inPlaceOf);
    const answers = (this.answers ??= []);
    answers.push(entry);
    if (answers.length > answersMax) answers.shift();
  }

  private forget(entry: Answered): void {
    this.answers = this.answers?.filter((one) => one !== entry);
  }
}
