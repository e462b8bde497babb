import { type Context, type Span, type SpanContext, TraceFlags, type TracerProvider, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ConsumeSpans, spanContextOf, wireOf } from './tracing.js';
import { ledgerTopic } from './testing/ledger.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const cause = `00-${traceId}-00f067aa0ba902b7-01`;
const { posting } = ledgerTopic();

/** A provider that gives every span the trace of its parent and an id of its own. */
function provider(started: { name: string; parent: SpanContext | undefined; ended: boolean }[]): TracerProvider {
  const startSpan = (name: string, _options: unknown, parent?: Context): Span => {
    const above = parent && trace.getSpanContext(parent);
    const entry = { name, parent: above, ended: false };
    started.push(entry);
    const context = {
      traceId: above?.traceId ?? traceId,
      spanId: `000000000000000${started.length}`,
      traceFlags: TraceFlags.SAMPLED,
    };
    return Object.assign(Object.create(trace.wrapSpanContext(context)) as Span, { end: () => (entry.ended = true) });
  };
  return { getTracer: () => ({ startSpan }) as never };
}

describe('traces of events', () => {
  afterEach(() => trace.disable());

  it('cost nothing and change nothing when nobody collects them', () => {
    const event = posting('a', 1, cause);
    expect(new ConsumeSpans('c').start(event)).toBe(event);
  });

  it('go from the cause through the consumer to what the consumer causes', () => {
    const started: Parameters<typeof provider>[0] = [];
    trace.setGlobalTracerProvider(provider(started));
    const spans = new ConsumeSpans('c');
    const event = spans.start(posting('a', 1, cause));
    expect(started).toEqual([
      {
        name: 'process posted',
        parent: expect.objectContaining({ traceId, spanId: '00f067aa0ba902b7' }),
        ended: false,
      },
    ]);
    expect(event.traceparent).toBe(`00-${traceId}-0000000000000001-01`);
    expect(wireOf(event, 'tests').headers['traceparent']).toBe(event.traceparent);
    spans.end();
    expect(started[0]?.ended).toBe(true);
  });

  it('begin anew where an event names no cause, or a malformed one', () => {
    const started: Parameters<typeof provider>[0] = [];
    trace.setGlobalTracerProvider(provider(started));
    const spans = new ConsumeSpans('c');
    spans.start(posting('a', 1));
    spans.start(posting('a', 2, 'nonsense'));
    expect(started.map(({ parent }) => parent)).toEqual([undefined, undefined]);
  });

  it.each(['', 'x', `01-${traceId}-00f067aa0ba902b7-01`, `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`])(
    'take no context from %p',
    (text) => {
      expect(spanContextOf(text)).toBeUndefined();
    },
  );
});
