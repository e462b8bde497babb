import { Injectable } from '@nestjs/common';
import { platformMetrics } from '@chargemesh/contracts';
import { counterOf, observe } from '@chargemesh/messaging';
import type { Payment } from './payment.entity.js';

const { payments } = platformMetrics;

/** Of the payments in a state; how long the hold that ends first is still kept, where anything is held. */
export interface Unsettled {
  readonly state: string;
  readonly count: number;
  readonly oldestS: number;
  readonly holdLeftS: number | null;
}

/** What payments measure. */
@Injectable()
export class PaymentsTelemetry {
  private readonly moves = counterOf(payments.moves);
  private readonly found = counterOf(payments.differences);
  private readonly heard = counterOf(payments.notifications);
  private readonly unverified = counterOf(payments.refusedNotifications);
  private open: readonly { kind: string; count: number }[] = [];
  private unsettled: readonly Unsettled[] = [];

  constructor() {
    observe(payments.unsettled, (result) => {
      for (const { state, count } of this.unsettled) result.observe(count, { 'chargemesh.payment.state': state });
    });
    observe(payments.findings, (result) => {
      for (const { kind, count } of this.open) result.observe(count, { 'chargemesh.payment.finding': kind });
    });
    observe(payments.oldestUnsettled, (result) => {
      for (const { state, oldestS } of this.unsettled) result.observe(oldestS, { 'chargemesh.payment.state': state });
    });
    observe(payments.holdLeft, (result) => {
      for (const { state, holdLeftS } of this.unsettled)
        if (holdLeftS !== null) result.observe(holdLeftS, { 'chargemesh.payment.state': state });
    });
  }

  moved({ state, reason, provider }: Payment): void {
    this.moves.add(1, {
      'chargemesh.payment.state': state,
      'chargemesh.payment.reason': reason ?? 'none',
      'chargemesh.payment.provider': provider,
    });
  }

  /** A look at the provider found what nobody had told us. */
  differed(provider: string): void {
    this.found.add(1, { 'chargemesh.payment.provider': provider });
  }

  /** Findings of the reconciliation that are open; a kind of which none is any more falls to zero. */
  findings(now: readonly { kind: string; count: number }[]): void {
    const gone = this.open.filter(({ kind }) => !now.some((one) => one.kind === kind));
    this.open = [...now, ...gone.map(({ kind }) => ({ kind, count: 0 }))];
  }

  /** A provider told by a webhook what was not heard before. */
  notified(provider: string): void {
    this.heard.add(1, { 'chargemesh.payment.provider': provider });
  }

  /** A webhook came that nobody with a key of its account has signed lately. */
  refused(provider: string, reason: string): void {
    this.unverified.add(1, { 'chargemesh.payment.provider': provider, 'chargemesh.payment.refusal': reason });
  }

  /** As they were counted last; a state that nobody is in any more falls to zero. */
  counted(now: readonly Unsettled[]): void {
    const gone = this.unsettled.filter(({ state }) => !now.some((one) => one.state === state));
    this.unsettled = [...now, ...gone.map(({ state }) => ({ state, count: 0, oldestS: 0, holdLeftS: null }))];
  }
}
