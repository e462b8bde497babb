import { randomBytes } from 'node:crypto';
import { platformMetrics } from '@chargemesh/contracts';
import { type Labels, histogramOf, spanContextOf } from '@chargemesh/messaging';
import {
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  context,
  isSpanContextValid,
  trace,
} from '@opentelemetry/api';
import type { Request, RequestHandler, Response } from 'express';

const { httpRequests } = platformMetrics.process;
/** What a client makes up must not become series. */
const METHODS = new Set(['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS']);

const traceIds = new WeakMap<Request, string>();

/** The id under which a request is found in traces and logs. */
export function traceIdOf(request: Request): string {
  return traceIds.get(request) ?? '';
}

/** Measures every request and makes it a step of its caller's trace (W3C Trace Context). */
export function httpTelemetry(): RequestHandler {
  const durations = histogramOf(httpRequests);
  return (request, response, next) => {
    const began = performance.now();
    const span = spanOf(request);
    const { traceId } = span.spanContext();
    traceIds.set(request, isSpanContextValid(span.spanContext()) ? traceId : randomBytes(16).toString('hex'));
    response.once('close', () => {
      const labels = finish(request, response, span);
      // A stream lasts as long as its reader likes: that says nothing of how fast answers are.
      if (!isStream(response)) durations.record((performance.now() - began) / 1_000, labels);
    });
    context.with(trace.setSpan(ROOT_CONTEXT, span), next);
  };
}

function spanOf(request: Request): Span {
  const { traceparent } = request.headers;
  const caller = spanContextOf(typeof traceparent === 'string' ? traceparent : undefined);
  const parent = caller ? trace.setSpanContext(ROOT_CONTEXT, caller) : ROOT_CONTEXT;
  const path = isKeyed(request) ? { 'url.path': request.path } : {};
  const attributes = { 'http.request.method': request.method, ...path };
  return trace.getTracer('chargemesh.http').startSpan(request.method, { kind: SpanKind.SERVER, attributes }, parent);
}

function isStream(response: Response): boolean {
  return String(response.getHeader('content-type')).startsWith('text/event-stream');
}

/** Ends the request's span; gives what the request is counted under. */
function finish(request: Request, response: Response, span: Span): Labels<keyof typeof httpRequests.attributes> {
  const route = routeOf(request);
  const labels = {
    'http.request.method': METHODS.has(request.method) ? request.method : '_OTHER',
    'http.route': route,
    'http.response.status_code': response.statusCode,
  };
  span.updateName(`${request.method} ${route}`).setAttributes(labels);
  const { sessionId } = request.params;
  if (typeof sessionId === 'string') span.setAttribute('chargemesh.session.id', sessionId);
  if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
  return labels;
}

/** Of these an address alone opens nothing: who asks has a credential. */
const KEYED = ['/api/', '/ocpi/'];

function isKeyed({ path }: Request): boolean {
  return KEYED.some((start) => path.startsWith(start));
}

/** What traces and logs may hold of a request's address: of pages that their address opens, such as a payment's, the pattern alone. */
export function tellablePathOf(request: Request): string {
  return isKeyed(request) ? request.path : routeOf(request);
}

/** The pattern, never the path: ids would make a series each. */
function routeOf(request: Request): string {
  const { path } = (request.route as { path?: unknown } | undefined) ?? {};
  return typeof path === 'string' ? path : 'none';
}
