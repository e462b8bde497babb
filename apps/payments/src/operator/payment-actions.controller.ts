import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, Endpoint, ForHotline, Problems, checked } from '@chargemesh/service';
import type { Static } from 'typebox';
import { PaymentItem, PaymentPath } from '../payments/payments.schema.js';
import { Decision, RefundDecision } from './payment-actions.schema.js';
import { PaymentActions } from './payment-actions.service.js';

type Path = Static<typeof PaymentPath>;

const described = (summary: string) =>
  ({ summary, params: PaymentPath, body: Decision, answer: PaymentItem, status: 202 }) as const;

/** What an operator does with a payment; what the provider makes of it is told by the payment. */
@ApiController('payments', 'payments/:paymentId')
export class PaymentActionsController {
  constructor(private readonly actions: PaymentActions) {}

  @Post('refunds')
  @ForHotline()
  @HttpCode(202)
  @Problems('conflict')
  @Endpoint({
    summary: 'Give back what was captured, in part or whole: never more than was captured and is not given back',
    ...{ params: PaymentPath, body: RefundDecision, answer: PaymentItem, status: 202 },
  })
  refund(
    @CallerOf() caller: Caller,
    @Param(checked(PaymentPath)) { paymentId }: Path,
    @Body(checked(RefundDecision)) decision: Static<typeof RefundDecision>,
  ) {
    return this.actions.refund(caller, paymentId, decision);
  }

  @Post('captures')
  @HttpCode(202)
  @Problems('conflict')
  @Endpoint(described('Try a capture again that failed'))
  capture(
    @CallerOf() caller: Caller,
    @Param(checked(PaymentPath)) { paymentId }: Path,
    @Body(checked(Decision)) decision: Static<typeof Decision>,
  ) {
    return this.actions.decide(caller, paymentId, 'capture-asked', decision);
  }

  @Post('release')
  @HttpCode(202)
  @Problems('conflict')
  @Endpoint(described('Give back what is held, once nobody charges any more'))
  release(
    @CallerOf() caller: Caller,
    @Param(checked(PaymentPath)) { paymentId }: Path,
    @Body(checked(Decision)) decision: Static<typeof Decision>,
  ) {
    return this.actions.decide(caller, paymentId, 'release-asked', decision);
  }

  @Post('write-off')
  @HttpCode(202)
  @Problems('conflict')
  @Endpoint(described('Give up what is due and nobody pays'))
  writeOff(
    @CallerOf() caller: Caller,
    @Param(checked(PaymentPath)) { paymentId }: Path,
    @Body(checked(Decision)) decision: Static<typeof Decision>,
  ) {
    return this.actions.decide(caller, paymentId, 'written-off', decision);
  }

  @Post('start')
  @ForHotline()
  @HttpCode(202)
  @Problems('conflict')
  @Endpoint(described('Ask the station to start again after a start that failed, by the same hold'))
  start(
    @CallerOf() caller: Caller,
    @Param(checked(PaymentPath)) { paymentId }: Path,
    @Body(checked(Decision)) decision: Static<typeof Decision>,
  ) {
    return this.actions.start(caller, paymentId, decision);
  }

  @Post('stop')
  @ForHotline()
  @HttpCode(202)
  @Problems('conflict')
  @Endpoint(described('Stop what charges by it, or give up what has not begun'))
  stop(
    @CallerOf() caller: Caller,
    @Param(checked(PaymentPath)) { paymentId }: Path,
    @Body(checked(Decision)) decision: Static<typeof Decision>,
  ) {
    return this.actions.stop(caller, paymentId, decision);
  }
}
