import type { Request, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { problem } from '../problem.js';

const MINUTE_MS = 60_000;

/**
 * Bounds what one address may ask of what is open to anyone; an IPv6 network counts as one. Each process counts for
 * itself.
 * @param refuse answers what is too much; by a problem, if absent
 */
export function limitedByAddress(perMinute: number, refuse: RequestHandler = refuseByProblem): RequestHandler {
  return rateLimit({ ...limits(perMinute), handler: refuse });
}

/** Bounds how often anybody, all together, may ask for one thing that is open to anyone. */
export function limitedByThing(
  perMinute: number,
  thingOf: (request: Request) => string | Promise<string>,
  refuse: RequestHandler = refuseByProblem,
): RequestHandler {
  return rateLimit({ ...limits(perMinute), keyGenerator: thingOf, handler: refuse });
}

function limits(perMinute: number) {
  return { windowMs: MINUTE_MS, limit: perMinute, standardHeaders: 'draft-8', legacyHeaders: false } as const;
}

function refuseByProblem(): never {
  throw problem('too-many-requests');
}
