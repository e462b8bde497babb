import { Injectable } from '@nestjs/common';
import type { CdrEvent, SessionCostEvent, SessionEvent, SessionToken } from '@chargemesh/contracts';
import type { Transaction } from '@chargemesh/persistence';
import { cdrHappened, costHappened, sessionHappened } from './happened.js';
import { type Happened, PaymentsService } from './payments.service.js';
import { type Matched, PaymentsStore } from './payments.store.js';

type OfSession = {
  readonly operatorId: string;
  readonly data: { readonly sessionId: string; readonly token?: SessionToken | undefined };
};

/** Finds the payments of sessions: by the session once it is known, before that by the token that was made for it. */
@Injectable()
export class SessionsOfPayments {
  constructor(
    private readonly payments: PaymentsService,
    private readonly store: PaymentsStore,
  ) {}

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
      const { periods: _periods, signed: _signed, tariff: _tariff, ...paid } = cdr.data;
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
    return ({ operatorId, data: { sessionId } }) => {
      const payment = bySession.get(sessionId) ?? byToken.get(uids.get(sessionId) ?? '');
      return payment?.operatorId === operatorId ? payment : undefined;
    };
  }
}

/** Stations may change the case of what they send. */
function uidOf(token: SessionToken | undefined): string[] {
  return token?.type === 'AD_HOC_USER' ? [token.uid.toUpperCase()] : [];
}
