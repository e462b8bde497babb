import { Injectable } from '@nestjs/common';
import {
  type CdrEvent,
  CdrIssued,
  type EventOf,
  OperatorState,
  type SessionFinalized,
  newEvent,
} from '@chargemesh/contracts';
import { DependencyMissing, Outbox } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { quartersUsed } from '@chargemesh/rating';
import { Clock } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { PriceBook } from '../../price-list/pricing/price-book.service.js';
import { PinsService } from '../pins/pins.service.js';
import { PinsStore } from '../pins/pins.store.js';
import type { SessionPin } from '../pins/session-pin.entity.js';
import type { Cdr } from './cdr.entity.js';
import { type Draft, cdrOf, dueOf, numberOf, numbersAfter } from './cdrs.decide.js';
import { CdrsStore } from './cdrs.store.js';
import { billsOf } from './corrections.decide.js';

type Finalized = EventOf<typeof SessionFinalized>;

/** A CDR to be issued. */
interface Bill {
  readonly operatorId: string;
  readonly traceparent?: string | undefined;
  readonly bill: Draft;
}

/** Issues the CDR of a session when it is final, and what corrects it. */
@Injectable()
export class CdrIssuer {
  constructor(
    private readonly prices: PriceBook,
    private readonly pins: PinsService,
    private readonly pinsStore: PinsStore,
    private readonly cdrs: CdrsStore,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * One live CDR per session, however often it is said to be final and in whatever order; a newer version of a session
   * that has one corrects it. Gives what was issued.
   */
  async issue(finalized: readonly Finalized[], tx: Transaction): Promise<CdrEvent[]> {
    if (finalized.length === 0) return [];
    const known = await this.pinsStore.of(
      tx,
      finalized.map(({ data }) => data.sessionId),
    );
    const due = dueOf(finalized, known);
    if (due.length === 0) return [];
    const pins = await this.pins.ofFinal(due, known, tx);
    const live = await this.cdrs.live(
      tx,
      due.map(({ data }) => data.sessionId),
    );
    const bills = (await this.priced(due, pins, tx)).flatMap(({ event: { operatorId, traceparent }, draft }) =>
      billsOf(draft, live.get(draft.sessionId)).map((bill) => ({ operatorId, traceparent, bill })),
    );
    const facts = await this.numbered(bills, tx);
    await this.cdrs.add(tx, facts.map(rowOf));
    await this.pinsStore.setFinalVersions(
      tx,
      due.map(({ data }) => data),
    );
    await this.outbox.add(tx, facts);
    return facts;
  }

  /** Takes back CDRs that were issued and are not here, as after a restore: their numbers are not given out again. */
  async recall(issued: readonly CdrEvent[], tx: Transaction): Promise<void> {
    const known = await this.cdrs.known(
      tx,
      issued.map(({ data }) => data.cdrId),
    );
    const missing = issued.filter(({ data }) => !known.has(data.cdrId));
    if (missing.length === 0) return;
    const given = new Map<string, number>();
    for (const { operatorId, data } of missing)
      given.set(operatorId, Math.max(given.get(operatorId) ?? 0, numberOf(data)));
    await this.cdrs.add(tx, missing.map(rowOf));
    await this.cdrs.passNumbers(tx, given);
  }

  private async priced(
    due: readonly Finalized[],
    pins: ReadonlyMap<string, SessionPin>,
    tx: Transaction,
  ): Promise<{ event: Finalized; draft: Draft }[]> {
    const currencies = await this.cdrs.currencies(tx, operatorsOf(due));
    const uses = due.flatMap(({ data: { sessionId: id, startedAt, periods } }) => {
      const pin = pins.get(id);
      return pin ? [{ id, pin, began: new Date(startedAt), quarters: quartersUsed(periods) }] : [];
    });
    const versions = await this.prices.versionsFor(tx, uses);
    return due.map((event) => {
      const currency = currencies.get(event.operatorId);
      if (currency === undefined) throw DependencyMissing.of(OperatorState, event.operatorId);
      return { event, draft: cdrOf(event.data, versions.get(event.data.sessionId), currency) };
    });
  }

  private async numbered(bills: readonly Bill[], tx: Transaction): Promise<CdrEvent[]> {
    const numbers = await this.numbersFor(bills, tx);
    const issuedAt = this.clock.now();
    return bills.map(({ operatorId, traceparent, bill }) => {
      const cdrId = uuidv7({ msecs: issuedAt.getTime() });
      const number = numbers.get(operatorId)?.shift() ?? '';
      const data = { cdrId, number, issuedAt: issuedAt.toISOString(), ...bill };
      return newEvent(CdrIssued, { operatorId, time: data.issuedAt, traceparent, data });
    });
  }

  private async numbersFor(bills: readonly Bill[], tx: Transaction): Promise<Map<string, string[]>> {
    const counts = new Map<string, number>();
    for (const { operatorId } of bills) counts.set(operatorId, (counts.get(operatorId) ?? 0) + 1);
    const last = await this.cdrs.takeNumbers(tx, counts);
    return new Map(
      [...counts].map(([operatorId, count]) => [operatorId, numbersAfter(last.get(operatorId) ?? 0, count)]),
    );
  }
}

function operatorsOf(events: readonly Finalized[]): string[] {
  return [...new Set(events.map(({ operatorId }) => operatorId))];
}

function rowOf({ operatorId, data }: CdrEvent): Cdr {
  const { cdrId, sessionId, number, stationId, kind = 'cdr', creditReferenceId, replacesCdrId } = data;
  const refers = { creditsCdrId: creditReferenceId ?? null, replacesCdrId: replacesCdrId ?? null };
  const issuedAt = new Date(data.issuedAt);
  return { cdrId, operatorId, sessionId, number, stationId, issuedAt, kind, ...refers, document: data };
}
