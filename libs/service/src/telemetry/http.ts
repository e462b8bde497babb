import { randomBytes } from 'node:crypto';
import { spanContextOf } from '@chargemesh/messaging';
import {
  type Histogram,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  context,
  isSpanContextValid,
  metrics,
  trace,
} from '@opentelemetry/api';
import type { Request, RequestHandler, Response } from 'express';

const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const traceIds = new WeakMap<Request, string>();

/** The id under which a request is found in traces and logs. */
export function traceIdOf(request: Request): string {
  return traceIds.get(request) ?? '';
}

/** Measures every request and makes it a step of its caller's trace (W3C Trace Context). */
export function httpTelemetry(): RequestHandler {
  const durations = metrics.getMeter('chargemesh.http').createHistogram('http.server.request.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: BUCKETS_S },
  });
  return (request, response, next) => {
    const began = performance.now();
    const span = spanOf(request);
    const { traceId } = span.spanContext();
    traceIds.set(request, isSpanContextValid(span.spanContext()) ? traceId : randomBytes(16).toString('hex'));
    response.once('close', () => finish(request, response, span, durations, (performance.now() - began) / 1_000));
    context.with(trace.setSpan(ROOT_CONTEXT, span), next);
  };
}

function spanOf(request: Request): Span {
  const { traceparent } = request.headers;
  const caller = spanContextOf(typeof traceparent === 'string' ? traceparent : undefined);
  const parent = caller ? trace.setSpanContext(ROOT_CONTEXT, caller) : ROOT_CONTEXT;
  const attributes = { 'http.request.method': request.method, 'url.path': request.path };
  return trace.getTracer('chargemesh.http').startSpan(request.method, { kind: SpanKind.SERVER, attributes }, parent);
}

function finish(request: Request, response: Response, span: Span, durations: Histogram, seconds: number): void {
  const route = routeOf(request);
  const attributes = {
    'http.request.method': request.method,
    'http.route': route,
    'http.response.status_code': response.statusCode,
  };
  durations.record(seconds, attributes);
  span.updateName(`${request.method} ${route}`).setAttributes(attributes);
  if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** The pattern, never the path: ids would make a series each. */
function routeOf(request: Request): string {
  const { path } = (request.route as { path?: unknown } | undefined) ?? {};
  return typeof path === 'string' ? path : 'none';
}
