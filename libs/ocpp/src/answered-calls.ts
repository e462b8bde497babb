import { hash } from 'node:crypto';
import type { Soon } from './soon.js';

/** A CALL as it came in; `text` is the whole message, byte for byte. */
export interface IncomingCall {
  messageId: string;
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
  const answers = new Map<string, { digest: string; answer: Soon<object> }>();
  return {
    once(call, work) {
      // A station that counts its ids starts over when it boots; a heartbeat's answer is the time, which moves on.
      if (call.action === 'BootNotification') answers.clear();
      if (call.action === 'BootNotification' || call.action === 'Heartbeat') return work();

      const digest = hash('sha1', call.text);
      const known = answers.get(call.messageId);
      if (known?.digest === digest) return known.answer;

      const entry = { digest, answer: work() };
      answers.delete(call.messageId);
      answers.set(call.messageId, entry);
      if (entry.answer instanceof Promise) {
        entry.answer.catch(() => {
          if (answers.get(call.messageId) === entry) answers.delete(call.messageId);
        });
      }
      const [oldest] = answers.keys();
      if (answers.size > countMax && oldest !== undefined) answers.delete(oldest);
      return entry.answer;
    },
  };
}
