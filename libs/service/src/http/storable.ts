import type { RequestHandler } from 'express';
import { type Problem, problem } from '../problem.js';

/** Levels of members and items that a body may have; what walks it recursively must not run out of stack. */
const DEEPEST = 64;

/**
 * Refuses, before anything else reads them, requests with texts that the database cannot hold: the character NUL and
 * surrogates without their partner, in path, query, or body, in members' names too. It runs after the body's parser.
 */
export const refuseUnstorable: RequestHandler = (request, _response, next) => {
  checkUrl(request.url);
  checkBody(request.body);
  next();
};

/** Whether PostgreSQL takes the text, as text and inside of jsonb. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

function checkUrl(url: string): void {
  let decoded: string;
  try {
    decoded = decodeURIComponent(url);
  } catch {
    throw problem('bad-request', { detail: 'The path or the query is not percent-encoded UTF-8.' });
  }
  if (!isStorable(decoded)) throw problem('text-not-storable', { in: 'url' });
}

/** Level by level, without recursion. */
function checkBody(body: unknown): void {
  let level = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) throw problem('bad-request', { detail: `The body has more than ${DEEPEST} levels.` });
    const below: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string' && !isStorable(value)) throw inBody();
      if (typeof value !== 'object' || value === null) continue;
      if (!Array.isArray(value) && !Object.keys(value).every(isStorable)) throw inBody();
      for (const member of Object.values(value)) below.push(member);
    }
    level = below;
  }
}

function inBody(): Problem {
  return problem('text-not-storable', { in: 'body' });
}
