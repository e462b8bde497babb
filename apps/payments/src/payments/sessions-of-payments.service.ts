import { Inject, Injectable } from '@nestjs/common';
import type { CdrEvent, SessionCostEvent, SessionEvent, SessionToken } from '@chargemesh/contracts';
import type { Logger } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { LOGGER } from '@chargemesh/service';
import { isAt } from './checkout.port.js';
import { type StartResult, cdrHappened, costHappened, resultOf, sessionHappened } from './happened.js';
import { type Happened, PaymentsService } from './payments.service.js';
import { type Matched, PaymentsStore } from './payments.store.js';

type OfSession = {
  readonly operatorId: string;
  readonly data: {
    readonly sessionId: string;
    readonly stationId: string;
    readonly evseId: number;
    readonly token?: SessionToken | undefined;
  };
};

/**
 * Finds the payments of sessions: by the session once it is known, before that by the token that was made for it. What begins on
 * the token at another EVSE than the one that was paid for is not paid by it: sessions stops it (`start-elsewhere`).
 */
@Injectable()
export class SessionsOfPayments {
  constructor(
    private readonly payments: PaymentsService,
    private readonly store: PaymentsStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Of a start that was tried again nothing more is heard: its driver has another. */
  async onResults(results: readonly StartResult[], tx: Transaction): Promise<void> {
    const found = await this.store.ofStarts(tx, [...new Set(results.map(({ data }) => data.requestId))]);
    const byRequest = new Map(found.map(({ startRequestId, ...key }) => [startRequestId, key]));
    const happened = results.flatMap((result) => {
      const payment = byRequest.get(result.data.requestId);
      return payment?.operatorId === result.operatorId ? resultOf(result, payment) : [];
    });
    if (happened.length > 0) await this.payments.apply(tx, happened);
  }

  onSessions(events: readonly SessionEvent[], tx: Transaction): Promise<void> {
    return this.apply(tx, events, sessionHappened);
  }

  onCosts(costs: readonly SessionCostEvent[], tx: Transaction): Promise<void> {
    return this.apply(tx, costs, costHappened);
  }

  async onCdrs(cdrs: readonly CdrEvent[], tx: Transaction): Promise<void> {
    const matched = await this.match(tx, cdrs);
    const kept = cdrs.flatMap((cdr) => {
      const payment = matched(cdr);
      const { periods: _periods, tariff: _tariff, ...paid } = cdr.data;
      return payment ? [{ operatorId: cdr.operatorId, paymentId: payment.paymentId, cdr: paid }] : [];
    });
    if (kept.length === 0) return;
    await this.store.keepCdrs(tx, kept);
    await this.apply(tx, cdrs, cdrHappened);
  }

  private async apply<E extends OfSession>(
    tx: Transaction,
    events: readonly E[],
    happenedBy: (event: E, payment: Matched) => Happened[],
  ): Promise<void> {
    const matched = await this.match(tx, events);
    const happened = events.flatMap((event) => {
      const payment = matched(event);
      return payment ? happenedBy(event, payment) : [];
    });
    if (happened.length > 0) await this.payments.apply(tx, happened);
  }

  /** What begins in this very batch is known by it, too. */
  private async match(
    tx: Transaction,
    events: readonly OfSession[],
  ): Promise<(event: OfSession) => Matched | undefined> {
    const uids = new Map(
      events.flatMap(({ data: { sessionId, token } }) => uidOf(token).map((uid) => [sessionId, uid])),
    );
    const bySession = new Map(
      (await this.store.ofSessions(tx, [...new Set(events.map(({ data }) => data.sessionId))])).map((payment) => [
        payment.sessionId,
        payment,
      ]),
    );
    const found = uids.size > 0 ? await this.store.ofTokens(tx, [...new Set(uids.values())]) : [];
    const byToken = new Map(found.map((payment) => [payment.tokenUid, payment]));
    return ({ operatorId, data }) => {
      const uid = uids.get(data.sessionId) ?? '';
      const payment = bySession.get(data.sessionId) ?? byToken.get(uid);
      if (payment?.operatorId !== operatorId) return undefined;
      if (payment.sessionId === data.sessionId) return payment;
      if (isAt(payment, data)) {
        // The first that begins on a token is the payment's, also for what else is in this batch.
        if (payment.sessionId === null) byToken.set(uid, { ...payment, sessionId: data.sessionId });
        return payment;
      }
      const { sessionId, stationId, evseId } = data;
      const { paymentId } = payment;
      this.logger.warn(
        { paymentId, sessionId, stationId, evseId },
        'a session on the token of a payment began elsewhere',
      );
      return undefined;
    };
  }
}

/** Stations may change the case of what they send. */
function uidOf(token: SessionToken | undefined): string[] {
  return token?.type === 'AD_HOC_USER' ? [token.uid.toUpperCase()] : [];
}
