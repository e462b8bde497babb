import { type CanActivate, type ExecutionContext, Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, RequestHandler } from 'express';
import { type Problem, problem } from '../problem.js';

/** Levels of members and items that a body may have; what walks it recursively must not run out of stack. */
const DEEPEST = 64;

const ANY_TEXT = 'chargemesh:any-text';
/**
 * Marks a handler that stores nothing of its body, and whose answer is about the text as it is: what is signed, for
 * example, is unreadable and not a bad request, whatever characters it has.
 */
export const TakesAnyText = (): MethodDecorator & ClassDecorator => SetMetadata(ANY_TEXT, true);

/**
 * Refuses paths and queries with texts that the database cannot hold, the character NUL and surrogates without their
 * partner, before anything else reads them.
 */
export const refuseUnstorableUrl: RequestHandler = (request, _response, next) => {
  checkUrl(request.url);
  next();
};

/** Refuses the same in bodies, in members' names too, before any other guard; and bodies of too many levels. */
@Injectable()
export class StorableGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const handler = [context.getHandler(), context.getClass()];
    const anyText = this.reflector.getAllAndOverride<boolean | undefined>(ANY_TEXT, handler) ?? false;
    checkBody(context.switchToHttp().getRequest<Request>().body, anyText ? () => true : isStorable);
    return true;
  }
}

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
function checkBody(body: unknown, fits: (text: string) => boolean): void {
  let level = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) throw problem('bad-request', { detail: `The body has more than ${DEEPEST} levels.` });
    const below: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string' && !fits(value)) throw inBody();
      if (typeof value !== 'object' || value === null) continue;
      if (!Array.isArray(value) && !Object.keys(value).every(fits)) throw inBody();
      for (const member of Object.values(value)) below.push(member);
    }
    level = below;
  }
}

function inBody(): Problem {
  return problem('text-not-storable', { in: 'body' });
}
