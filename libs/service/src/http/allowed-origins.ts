import cors from 'cors';
import type { RequestHandler } from 'express';

/** What scripts may read of an answer beside its body. */
const EXPOSED = ['ETag', 'Idempotent-Replayed', 'RateLimit', 'RateLimit-Policy', 'Retry-After'];
const REMEMBERED_S = 600;

/**
 * Lets scripts of these sites ask (CORS): by API keys and access tokens, never by cookies. Whoever comes from elsewhere goes on to
 * what a module may allow for its own routes, and to nothing if none does.
 */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  const allow = cors({
    origin: [...origins],
    methods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
    exposedHeaders: EXPOSED,
    maxAge: REMEMBERED_S,
  });
  return (request, response, next) => {
    response.vary('Origin');
    if (origins.includes(request.headers.origin ?? '')) allow(request, response, next);
    else next();
  };
}
