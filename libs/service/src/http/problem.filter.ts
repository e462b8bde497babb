import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import { isTransient } from '@chargemesh/persistence';
import type { Request, Response } from 'express';
import { PLATFORM, type Platform } from '../platform/platform.js';
import { Problem, problem } from '../problem.js';
import { type ProblemCode, problems } from '../problems/catalogue.js';
import { tellablePathOf, traceIdOf } from '../telemetry/http.js';
import { foreignCursor } from './cursor.js';

/** Problems for what Nest, Express and the body parser refuse by themselves. */
const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'bad-request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-found',
  409: 'conflict',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
  503: 'unavailable',
};

/** Answers every error as a problem document (RFC 9457); of errors that are not meant for callers it says nothing. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(PLATFORM) private readonly platform: Platform) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const [request, response] = [http.getRequest<Request>(), http.getResponse<Response>()];
    const told = problemOf(error, request);
    const traceId = traceIdOf(request);
    if (told.status >= 500)
      this.platform.logger.error(
        { err: error, method: request.method, path: tellablePathOf(request), traceId },
        'a request failed',
      );
    if (response.headersSent) return void response.destroy();
    if (told.code === 'unauthorized') response.setHeader('www-authenticate', 'Bearer');
    const { retryAfterS } = told.details;
    if (typeof retryAfterS === 'number') response.setHeader('retry-after', String(Math.ceil(retryAfterS)));
    response
      .status(told.status)
      .type('application/problem+json')
      .send(JSON.stringify(documentOf(told, request, traceId)));
  }
}

/** PostgreSQL's conditions for a value that its type cannot hold. */
const VALUE_FAULTS = new Set(['22P02', '22003', '22007', '22008']);

/** What a caller may know of an error. */
export function problemOf(error: unknown, request: Request): Problem {
  if (error instanceof Problem) return error;
  if (isTransient(error)) return problem('unavailable');
  const { code: fault = '' } = (error ?? {}) as { code?: string };
  // Whatever else goes into a query was checked; a cursor is only known to be a list of texts.
  if (VALUE_FAULTS.has(fault) && 'cursor' in request.query) return foreignCursor();
  const status = statusOf(error);
  return problem(BY_STATUS[status] ?? (status >= 400 && status < 500 ? 'bad-request' : 'internal'));
}

/** Nest's exceptions and those of Express's middlewares (http-errors). */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { status } = (error ?? {}) as { status?: unknown };
  return typeof status === 'number' ? status : 500;
}

function documentOf(told: Problem, request: Request, traceId: string): Record<string, unknown> {
  return { ...membersOf(told), instance: request.path, traceId };
}

/** What a problem document says of the problem itself. */
export function membersOf(told: Problem): Record<string, unknown> {
  const [status, title, remedy] = problems[told.code];
  const { detail = remedy, ...details } = told.details;
  return { ...details, type: `urn:chargemesh:problem:${told.code}`, title, status, code: told.code, detail };
}
