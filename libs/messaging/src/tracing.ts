import { type Event, type WireRecord, cdrs, toWire } from '@chargemesh/contracts';
import {
  ProxyTracerProvider,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  isSpanContextValid,
  trace,
} from '@opentelemetry/api';

const NAME = 'chargemesh.messaging';
/** W3C Trace Context, level 1: version, trace id, parent id, flags. */
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** An event's record, with the trace of its cause: the one it names, else the step that is running. */
export function wireOf(event: Event, source: string): WireRecord {
  const active = event.traceparent ? undefined : traceparentOfActiveSpan();
  return toWire(active ? { ...event, traceparent: active } : event, source);
}

/** The step that is running, as a `traceparent`; undefined when nobody collects traces. */
export function traceparentOfActiveSpan(): string | undefined {
  const active = trace.getActiveSpan()?.spanContext();
  return active && traceparentOf(active);
}

export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** Reads a `traceparent`; undefined when it is missing or malformed. */
export function spanContextOf(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (!traceId || !spanId || !flags) return undefined;
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}

/** The steps in which events are consumed, one span each; nothing at all when nobody collects traces. */
export class ConsumeSpans {
  private readonly spans: Span[] = [];
  private readonly tracer = tracerInUse();

  constructor(private readonly consumer: string) {}

  /** The event as its handler gets it: what the handler causes continues the trace from this step. */
  start(event: Event): Event {
    if (!this.tracer) return event;
    const parent = spanContextOf(event.traceparent);
    const context = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
    const attributes = {
      'messaging.destination.name': event.topic,
      'messaging.consumer.group.name': this.consumer,
      'messaging.message.id': event.id,
      'messaging.operation.type': 'process',
      ...subjectOf(event),
    };
    const span = this.tracer.startSpan(`process ${event.type}`, { kind: SpanKind.CONSUMER, attributes }, context);
    this.spans.push(span);
    return { ...event, traceparent: traceparentOf(span.spanContext()) };
  }

  end(error?: unknown): void {
    for (const span of this.spans) {
      if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
      span.end();
    }
  }
}

/** By what people look for a trace: the session, and its CDR's number once it has one. */
function subjectOf({ topic, data }: Event): Record<string, string> {
  const { sessionId, number } = data;
  return {
    ...(typeof sessionId === 'string' ? { 'chargemesh.session.id': sessionId } : {}),
    ...(topic === cdrs.name && typeof number === 'string' ? { 'chargemesh.cdr.number': number } : {}),
  };
}

function tracerInUse(): Tracer | undefined {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider ? provider.getDelegateTracer(NAME) : provider.getTracer(NAME);
}
