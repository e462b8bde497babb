import { platformMetrics } from '@chargemesh/contracts';
import { type Labels, counterOf, histogramOf, observe } from '@chargemesh/messaging';
import { SloEvents, operatorLabel } from '@chargemesh/service';
import {
  ProxyTracerProvider,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  isSpanContextValid,
  trace,
} from '@opentelemetry/api';

/** How an inbound CALL ended: answered, refused with an error, or left unanswered because nothing was durable. */
export type FrameResult = 'answered' | 'refused' | 'unanswered';

/** A CALL that is being answered. */
export interface FrameInHand {
  readonly version: string;
  readonly action: string;
  readonly operatorId: string;
  readonly began: number;
  readonly span: Span | undefined;
  /** W3C trace context of the frame; undefined when nobody collects traces. */
  readonly traceparent: string | undefined;
}

const NAME = 'ocpp-gateway';
/** What the SLO `answer-latency` allows, in seconds. */
const ANSWERED_WITHIN_S = 1;

const { ocpp } = platformMetrics;
type AnswerLabels = Labels<keyof typeof ocpp.answers.attributes>;

/** A span and a latency, whose count is the number of frames, for every CALL of a station. Create it after the providers are registered. */
export class FrameTelemetry {
  private readonly tracer = tracerInUse();
  private readonly answers = histogramOf(ocpp.answers);
  private readonly leniently = counterOf(ocpp.lenient);
  private readonly availability = new SloEvents('edge-availability');
  private readonly latency = new SloEvents('answer-latency');
  /** By version, action and result; made once each: the hot path allocates none. */
  private readonly labelsMade = new Map<string, Map<string, Map<FrameResult, AnswerLabels>>>();

  /** @param operators of the stations that are connected */
  constructor(operators: () => Iterable<{ readonly operatorId: string }>) {
    observe(ocpp.stationsConnected, (result) => {
      const counts = new Map<string, number>();
      for (const { operatorId } of operators()) {
        const label = operatorLabel(operatorId);
        counts.set(label, (counts.get(label) ?? 0) + 1);
      }
      for (const [operator, count] of counts) result.observe(count, { 'chargemesh.operator.id': operator });
    });
  }

  /** @param action one of the version's actions; unknown ones are counted under one name */
  start(version: string, action: string, station: { stationId: string; operatorId: string }): FrameInHand {
    const span = this.span(version, action, station.stationId);
    const { operatorId } = station;
    return { version, action, operatorId, began: performance.now(), span, traceparent: span && traceparentOf(span) };
  }

  end({ version, action, operatorId, began, span }: FrameInHand, result: FrameResult): void {
    if (result !== 'answered') span?.setStatus({ code: SpanStatusCode.ERROR, message: result });
    span?.end();
    const seconds = (performance.now() - began) / 1_000;
    this.answers.record(seconds, this.labels(version, action, result));
    this.availability.count(operatorId, result !== 'unanswered');
    if (result !== 'unanswered') this.latency.count(operatorId, seconds <= ANSWERED_WITHIN_S);
  }

  /** A message of an action, or the answer to one, was read by a rule. */
  lenient(version: string, action: string, rule: string): void {
    this.leniently.add(1, { 'ocpp.version': version, 'ocpp.action': action, 'chargemesh.ocpp.rule': rule });
  }

  private span(version: string, action: string, stationId: string): Span | undefined {
    if (!this.tracer) return undefined;
    const attributes = { 'ocpp.version': version, 'ocpp.action': action, 'ocpp.station': stationId };
    return this.tracer.startSpan(`${version} ${action}`, { kind: SpanKind.SERVER, attributes });
  }

  private labels(version: string, action: string, result: FrameResult): AnswerLabels {
    let ofVersion = this.labelsMade.get(version);
    if (!ofVersion) this.labelsMade.set(version, (ofVersion = new Map()));
    let ofAction = ofVersion.get(action);
    if (!ofAction) ofVersion.set(action, (ofAction = new Map()));
    let labels = ofAction.get(result);
    if (!labels) {
      labels = { 'ocpp.version': version, 'ocpp.action': action, 'chargemesh.ocpp.result': result };
      ofAction.set(result, labels);
    }
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
