import { spanContextOf, within } from '@chargemesh/messaging';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, context, trace } from '@opentelemetry/api';
import type { CallHandler, CallInHand, Outcome } from './call.js';
import type { LeasedCall } from './calls.store.js';

/** Makes one attempt within its time, as a span of the trace that wrote the call; undefined when it is cut short. */
export async function attemptOf(
  call: LeasedCall,
  handler: CallHandler | undefined,
  { withinMs, stopping }: { withinMs: number; stopping: AbortSignal },
): Promise<Outcome | undefined> {
  if (!handler) return { result: 'failed', error: `nothing in this process makes calls of kind ${call.kind}` };
  const { traceparent, expiresAt: _expiresAt, ...inHand } = call;
  const parent = spanContextOf(traceparent ?? undefined);
  const from = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
  const attributes = { 'chargemesh.outbound.destination': call.destination, 'chargemesh.outbound.call': call.callId };
  const tracer = trace.getTracer('chargemesh.outbound');
  const span = tracer.startSpan(`call ${call.kind}`, { kind: SpanKind.CLIENT, attributes }, from);
  try {
    const outcome = await context.with(trace.setSpan(from, span), () => bounded(inHand, handler, withinMs, stopping));
    if (outcome?.result === 'failed') span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.error });
    return outcome;
  } finally {
    span.end();
  }
}

/** A handler that ignores its signal is not waited for. */
async function bounded(
  call: CallInHand,
  handler: CallHandler,
  withinMs: number,
  stopping: AbortSignal,
): Promise<Outcome | undefined> {
  const late = new AbortController();
  const outcome = outcomeOf(handler, call, AbortSignal.any([late.signal, stopping]));
  if (await within(withinMs, outcome, stopping)) return outcome;
  if (stopping.aborted) return undefined;
  late.abort();
  return { result: 'failed', error: `no answer within ${withinMs} ms` };
}

/** Undefined where the handler ended because its signal was aborted. */
async function outcomeOf(handler: CallHandler, call: CallInHand, signal: AbortSignal): Promise<Outcome | undefined> {
  try {
    return await handler(call, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    return { result: 'failed', error: error instanceof Error ? error.message : String(error) };
  }
}
