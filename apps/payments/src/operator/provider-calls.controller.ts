import { Get, Param } from '@nestjs/common';
import { Instant, Uuid, oneOf, present, text } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import { ApiController, type Caller, CallerOf, Endpoint, checked, nameSchemas, problem } from '@chargemesh/service';
import { type Static, Type } from 'typebox';
import { PaymentPath } from '../payments/payments.schema.js';
import { PaymentsStore } from '../payments/payments.store.js';
import { type CallOfPayment, ProviderCallsLog } from './provider-calls.log.js';

export const ProviderCalls = Type.Object({
  calls: Type.Array(
    Type.Object({
      id: Uuid,
      /** What was asked of the provider; `payment-look`: its state was read. */
      kind: text(40),
      provider: text(60),
      state: oneOf('waiting', 'delivered', 'rejected', 'superseded', 'expired', 'discarded'),
      askedAt: Instant,
      settledAt: Type.Optional(Instant),
      attempts: Type.Array(
        Type.Object({
          at: Instant,
          result: oneOf('delivered', 'rejected', 'failed'),
          durationMs: Type.Number({ minimum: 0 }),
          /** What the provider said to it, or what went wrong. */
          said: Type.Optional(Type.String()),
        }),
      ),
    }),
  ),
});
export type ProviderCalls = Static<typeof ProviderCalls>;
nameSchemas({ ProviderCalls });

/** The calls to its provider that a payment asked for; with its timeline, all that happened to it. */
@ApiController('payments', 'payments/:paymentId/provider-calls')
export class ProviderCallsController {
  constructor(
    private readonly database: Database,
    private readonly store: PaymentsStore,
    private readonly log: ProviderCallsLog,
  ) {}

  @Get()
  @Endpoint({
    summary: 'The calls to its provider that a payment asked for',
    params: PaymentPath,
    answer: ProviderCalls,
  })
  list(
    @CallerOf() { operatorId }: Caller,
    @Param(checked(PaymentPath)) { paymentId }: Static<typeof PaymentPath>,
  ): Promise<ProviderCalls> {
    return this.database.transaction([operatorId], async (tx) => {
      if (!(await this.store.find(tx, { operatorId, paymentId }))) throw problem('not-found');
      return { calls: (await this.log.of(tx, { operatorId, paymentId })).map(shownCall) };
    });
  }
}

export function shownCall({
  callId: id,
  kind,
  destination,
  state,
  ...call
}: CallOfPayment): ProviderCalls['calls'][number] {
  return {
    ...{ id, kind, provider: destination, state: state as ProviderCalls['calls'][number]['state'] },
    askedAt: call.createdAt.toISOString(),
    ...present({ settledAt: call.settledAt?.toISOString() }),
    attempts: call.attempts.map(({ at, result, durationMs, answer, error }) => ({
      ...{ at: at.toISOString(), result, durationMs },
      ...present({ said: error ?? answer }),
    })),
  };
}
