import type { Outcome } from '../call.js';
import type { HttpAnswer } from './client.js';

/** Retryable 4xx statuses (RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4). */
const LATER = new Set([408, 425, 429]);
/** Back-pressure of the destination as a whole: 429 (too many requests) and 503, with `Retry-After` or without. */
const THROTTLING = new Set([429, 503]);

/**
 * What an HTTP answer means for a call. Authorization that fails (401, 403) may be mended on either side, and a path that
 * is not there (404) may be a gateway that starts: they are tried again. Other answers of 4xx are final.
 */
export function outcomeOf({ status, headers, body }: HttpAnswer, now: Date): Outcome {
  if (status >= 200 && status < 300) return { result: 'delivered', status, answer: body };
  // Where it leads to was not chosen by who configured the destination.
  if (status >= 300 && status < 400)
    return { result: 'failed', status, answer: body, error: 'it redirects, which is not followed' };
  if (status >= 400 && status < 500 && !LATER.has(status) && ![401, 403, 404].includes(status))
    return { result: 'rejected', status, answer: body };
  const throttled = THROTTLING.has(status) ? { milliseconds: retryAfter(headers['retry-after'], now) } : undefined;
  return { result: 'failed', status, answer: body, error: `HTTP ${status}`, throttled };
}

/** RFC 9110 §10.2.3: seconds, or a date. Undefined when it says neither. */
export function retryAfter(header: string | string[] | undefined, now: Date): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (!text) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  // A number with a sign would be taken for a year.
  const time = /^[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, time - now.getTime());
}
