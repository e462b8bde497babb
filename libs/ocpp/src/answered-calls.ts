import { hash } from 'node:crypto';
import type { MessageId } from './frames.js';
import type { Soon } from './soon.js';

/** A CALL as it came in; `text` is the whole message, byte for byte. */
export interface IncomingCall extends MessageId {
  action: string;
  payload: object;
  text: string;
}

/**
 * Remembers what one station was answered, so that a message sent again is answered alike (OCPP-J errata 3.1,
 * OCPP 2.1 Part 4 §4.1.4). Kept by the caller per station, so that it outlives a connection.
 */
export interface AnsweredCalls {
  /** Gives the answer the same message got before, also one that is still being worked out; else the answer of `work`. */
  once(call: IncomingCall, work: () => Soon<object>): Soon<object>;
}

/** The answers to the last `countMax` calls, in memory. Failures are not kept: a retry may well succeed. */
export function answeredCalls(countMax = 16): AnsweredCalls {
  let answers: Map<string, { digest: string; answer: Soon<object> }> | undefined;
  return {
    once(call, work) {
      // A station that counts its ids starts over when it boots; a heartbeat's answer is the time, which moves on.
      if (call.action === 'BootNotification') answers?.clear();
      if (call.action === 'BootNotification' || call.action === 'Heartbeat') return work();

      const digest = hash('sha1', call.text);
      const kept = (answers ??= new Map());
      const known = kept.get(call.messageId);
      if (known?.digest === digest) return known.answer;

      const entry = { digest, answer: work() };
      kept.delete(call.messageId);
      kept.set(call.messageId, entry);
      if (entry.answer instanceof Promise) {
        entry.answer.catch(() => {
          if (kept.get(call.messageId) === entry) kept.delete(call.messageId);
        });
      }
      const [oldest] = kept.keys();
      if (kept.size > countMax && oldest !== undefined) kept.delete(oldest);
      return entry.answer;
    },
  };
}
