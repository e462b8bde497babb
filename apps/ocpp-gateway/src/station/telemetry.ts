import {
  type Attributes,
  type Histogram,
  ProxyTracerProvider,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  isSpanContextValid,
  metrics,
  trace,
} from '@opentelemetry/api';

/** How an inbound CALL ended: answered, refused with an error, or left unanswered because nothing was durable. */
export type FrameResult = 'answered' | 'refused' | 'unanswered';

export interface FrameSpan {
  /** W3C trace context of the frame; undefined when nobody collects traces. */
  readonly traceparent: string | undefined;
  end(result: FrameResult): void;
}

const NAME = 'ocpp-gateway';

/** A span and a latency, whose count is the number of frames, for every CALL of a station. Create it after the providers are registered. */
export class FrameTelemetry {
  private readonly tracer = tracerInUse();
  private readonly seconds: Histogram;
  /** Made once each: the hot path allocates none. */
  private readonly attributes = new Map<string, Attributes>();

  constructor(connections: () => number) {
    const meter = metrics.getMeter(NAME);
    this.seconds = meter.createHistogram('ocpp.answer.duration', { unit: 's', description: 'From frame to answer' });
    meter
      .createObservableGauge('ocpp.connections', { unit: '{connection}', description: 'Open sockets of stations' })
      .addCallback((result) => result.observe(connections()));
  }

  /** @param action one of the version's actions; a station's own inventions are to be counted under one name */
  start(version: string, action: string, stationId: string): FrameSpan {
    const began = performance.now();
    const span = this.span(version, action, stationId);
    return {
      traceparent: span && traceparentOf(span),
      end: (result) => {
        if (result !== 'answered') span?.setStatus({ code: SpanStatusCode.ERROR, message: result });
        span?.end();
        const labels = this.labels(version, action, result);
        this.seconds.record((performance.now() - began) / 1_000, labels);
      },
    };
  }

  private span(version: string, action: string, stationId: string): Span | undefined {
    if (!this.tracer) return undefined;
    const attributes = { 'ocpp.version': version, 'ocpp.action': action, 'ocpp.station': stationId };
    return this.tracer.startSpan(`${version} ${action}`, { kind: SpanKind.SERVER, attributes });
  }

  private labels(version: string, action: string, result: FrameResult): Attributes {
    const key = `${version} ${action} ${result}`;
    const known = this.attributes.get(key);
    if (known) return known;
    const labels = { version, action, result };
    this.attributes.set(key, labels);
    return labels;
  }
}

/** Undefined when nobody collects traces: then no frame pays for a span. */
function tracerInUse(): Tracer | undefined {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider ? provider.getDelegateTracer(NAME) : provider.getTracer(NAME);
}

function traceparentOf(span: Span): string | undefined {
  const context = span.spanContext();
  if (!isSpanContextValid(context)) return undefined;
  return `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, '0')}`;
}
