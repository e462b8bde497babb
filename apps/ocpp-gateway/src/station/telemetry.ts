import {
  type Attributes,
  type Counter,
  type Histogram,
  SpanKind,
  SpanStatusCode,
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

/** A span, a count and a latency for every CALL of a station. Create it after the providers are registered. */
export class FrameTelemetry {
  private readonly tracer = trace.getTracer(NAME);
  private readonly frames: Counter;
  private readonly seconds: Histogram;
  /** Made once each: the hot path allocates none. */
  private readonly attributes = new Map<string, Attributes>();

  constructor(connections: () => number) {
    const meter = metrics.getMeter(NAME);
    this.frames = meter.createCounter('ocpp.frames', { unit: '{frame}', description: 'CALLs of stations' });
    this.seconds = meter.createHistogram('ocpp.answer.duration', { unit: 's', description: 'From frame to answer' });
    meter
      .createObservableGauge('ocpp.connections', { unit: '{connection}', description: 'Open sockets of stations' })
      .addCallback((result) => result.observe(connections()));
  }

  /** @param action one of the version's actions; a station's own inventions are to be counted under one name */
  start(version: string, action: string, stationId: string): FrameSpan {
    const began = performance.now();
    const attributes = { 'ocpp.version': version, 'ocpp.action': action, 'ocpp.station': stationId };
    const span = this.tracer.startSpan(`${version} ${action}`, { kind: SpanKind.SERVER, attributes });
    const context = span.spanContext();
    return {
      traceparent: isSpanContextValid(context)
        ? `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, '0')}`
        : undefined,
      end: (result) => {
        if (result !== 'answered') span.setStatus({ code: SpanStatusCode.ERROR, message: result });
        span.end();
        const labels = this.labels(version, action, result);
        this.frames.add(1, labels);
        this.seconds.record((performance.now() - began) / 1_000, labels);
      },
    };
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
