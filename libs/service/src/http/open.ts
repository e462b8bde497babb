import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { problem } from '../problem.js';

const MINUTE_MS = 60_000;

/**
 * Bounds what one address may ask of what is open to anyone; an IPv6 network counts as one. Each process counts for
 * itself.
 */
export function limitedByAddress(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: () => {
      throw problem('too-many-requests');
    },
  });
}
