import {
  type Attributes,
  type Counter,
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

/** A CALL that is being answered. */
export interface FrameInHand {
  readonly version: string;
  readonly action: string;
  readonly began: number;
  readonly span: Span | undefined;
  /** W3C trace context of the frame; undefined when nobody collects traces. */
  readonly traceparent: string | undefined;
}

const NAME = 'ocpp-gateway';

/** A span and a latency, whose count is the number of frames, for every CALL of a station. Create it after the providers are registered. */
export class FrameTelemetry {
  private readonly tracer = tracerInUse();
  private readonly seconds: Histogram;
  private readonly leniently: Counter;
  /** By version, action and result; made once each: the hot path allocates none. */
  private readonly attributes = new Map<string, Map<string, Map<FrameResult, Attributes>>>();

  constructor(connections: () => number) {
    const meter = metrics.getMeter(NAME);
    this.seconds = meter.createHistogram('ocpp.answer.duration', { unit: 's', description: 'From frame to answer' });
    this.leniently = meter.createCounter('ocpp.lenient', { description: 'Messages read by a rule of leniency' });
    meter
      .createObservableGauge('ocpp.connections', { unit: '{connection}', description: 'Open sockets of stations' })
      .addCallback((result) => result.observe(connections()));
  }

  /** @param action one of the version's actions; a station's own inventions are to be counted under one name */
  start(version: string, action: string, stationId: string): FrameInHand {
    const span = this.span(version, action, stationId);
    return { version, action, began: performance.now(), span, traceparent: span && traceparentOf(span) };
  }

  end({ version, action, began, span }: FrameInHand, result: FrameResult): void {
    if (result !== 'answered') span?.setStatus({ code: SpanStatusCode.ERROR, message: result });
    span?.end();
    this.seconds.record((performance.now() - began) / 1_000, this.labels(version, action, result));
  }

  /** A message of an action, or the answer to one, was read by a rule. */
  lenient(version: string, action: string, rule: string): void {
    this.leniently.add(1, { version, action, rule });
  }

  private span(version: string, action: string, stationId: string): Span | undefined {
    if (!this.tracer) return undefined;
    const attributes = { 'ocpp.version': version, 'ocpp.action': action, 'ocpp.station': stationId };
    return this.tracer.startSpan(`${version} ${action}`, { kind: SpanKind.SERVER, attributes });
  }

  private labels(version: string, action: string, result: FrameResult): Attributes {
    let ofVersion = this.attributes.get(version);
    if (!ofVersion) this.attributes.set(version, (ofVersion = new Map()));
    let ofAction = ofVersion.get(action);
    if (!ofAction) ofVersion.set(action, (ofAction = new Map()));
    let labels = ofAction.get(result);
    if (!labels) ofAction.set(result, (labels = { version, action, result }));
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
