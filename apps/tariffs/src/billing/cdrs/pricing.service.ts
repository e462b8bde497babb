import { Injectable } from '@nestjs/common';
import {
  type CdrEvent,
  CdrIssued,
  type EventOf,
  OperatorState,
  type SessionFinalized,
  type SessionStarted,
  newEvent,
} from '@chargemesh/contracts';
import { DependencyMissing, Outbox } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { quartersUsed } from '@chargemesh/rating';
import { Clock } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { PriceBook, type PricedPlace } from '../../price-list/pricing/price-book.service.js';
import type { Cdr, SessionPin } from './cdr.entity.js';
import { type Draft, cdrOf, dueOf, numberOf, numbersAfter } from './cdrs.decide.js';
import { CdrsStore } from './cdrs.store.js';
import { billsOf } from './corrections.decide.js';

type Started = EventOf<typeof SessionStarted>;
type Finalized = EventOf<typeof SessionFinalized>;

/** A session that has begun, with what it is priced by. */
export interface PinnedSession {
  readonly event: Started;
  readonly pin: SessionPin;
}

/** A CDR to be issued. */
interface Bill {
  readonly operatorId: string;
  readonly traceparent?: string | undefined;
  readonly bill: Draft;
}

/** Pins the price of a session when it starts, and issues its CDR when it is final. */
@Injectable()
export class PricingService {
  constructor(
    private readonly prices: PriceBook,
    private readonly cdrs: CdrsStore,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * What applied at the effective start counts, whatever is changed afterwards. Gives the sessions that are pinned now and
   * were not, or not to this, each once.
   */
  async pin(started: readonly Started[], tx: Transaction): Promise<PinnedSession[]> {
    const known = await this.cdrs.pins(
      tx,
      started.map(({ data }) => data.sessionId),
    );
    const newest = new Map(started.map((event) => [event.data.sessionId, event]));
    const asked = [...newest.values()].filter((event) => {
      const pin = known.get(event.data.sessionId);
      return pin?.finalVersion == null && isAskedAnew(event, pin);
    });
    const pins = new Map((await this.setPins(asked, known, tx)).map((pin) => [pin.sessionId, pin]));
    return asked.flatMap((event) => {
      const pin = pins.get(event.data.sessionId);
      return pin ? [{ event, pin }] : [];
    });
  }

  /** What applied to the sessions at their effective starts. */
  private async pinsAt(started: readonly (Started | Finalized)[], tx: Transaction): Promise<SessionPin[]> {
    const pins = await this.prices.pinsAt(tx, started.map(placeOf));
    return started.flatMap((event) => {
      const { sessionId, startedAt } = event.data;
      const pin = pins.get(sessionId);
      const asked = { askedFor: askedFor(event), startedAt: new Date(startedAt) };
      return pin ? [{ sessionId, operatorId: event.operatorId, ...pin, ...asked, finalVersion: null }] : [];
    });
  }

  /**
   * One live CDR per session, however often it is said to be final and in whatever order; a newer version of a session
   * that has one corrects it. Gives what was issued.
   */
  async issue(finalized: readonly Finalized[], tx: Transaction): Promise<CdrEvent[]> {
    const known = await this.cdrs.pins(
      tx,
      finalized.map(({ data }) => data.sessionId),
    );
    const due = dueOf(finalized, known);
    if (due.length === 0) return [];
    const pins = await this.pinsOf(due, known, tx);
    const live = await this.cdrs.live(
      tx,
      due.map(({ data }) => data.sessionId),
    );
    const bills = (await this.priced(due, pins, tx)).flatMap(({ event: { operatorId, traceparent }, draft }) =>
      billsOf(draft, live.get(draft.sessionId)).map((bill) => ({ operatorId, traceparent, bill })),
    );
    const facts = await this.numbered(bills, tx);
    await this.cdrs.add(tx, facts.map(rowOf));
    await this.cdrs.setFinalVersions(
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

  /** The pins of sessions. */
  private async pinsOf(
    due: readonly Finalized[],
    known: ReadonlyMap<string, SessionPin>,
    tx: Transaction,
  ): Promise<Map<string, SessionPin>> {
    const asked = due.filter((event) => isAskedAnew(event, known.get(event.data.sessionId)));
    const pins = await this.setPins(asked, known, tx);
    return new Map([...known, ...pins.map((pin) => [pin.sessionId, pin] as const)]);
  }

  private async setPins(
    asked: readonly (Started | Finalized)[],
    known: ReadonlyMap<string, SessionPin>,
    tx: Transaction,
  ): Promise<SessionPin[]> {
    const pins = await this.pinsAt(asked, tx);
    const isKnown = ({ sessionId }: SessionPin): boolean => known.has(sessionId);
    await this.cdrs.addPins(
      tx,
      pins.filter((pin) => !isKnown(pin)),
    );
    await this.cdrs.changePins(tx, pins.filter(isKnown));
    return pins;
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

function placeOf({ operatorId, data }: Started | Finalized): PricedPlace {
  const { sessionId: id, stationId, evseId, location, token, startedAt } = data;
  const { locationId, country, timeZone } = location;
  return { id, operatorId, stationId, evseId, locationId, country, timeZone, token, at: new Date(startedAt) };
}

/** Of the session what an assignment may go by, as one text. */
function askedFor({ data: { stationId, evseId, location, token } }: Started | Finalized): string {
  const customer = token && [token.type, token.countryCode, token.partyId, token.contractId, token.groupId ?? null];
  return JSON.stringify([stationId, evseId, location.locationId, customer ?? null]);
}

/**
 * Whether a session is to be pinned: for the first time, or anew, since a pin is for one customer at one place and one
 * start, of which OCPP 2.x tells after the start, and which is mended where a clock was wrong.
 */
function isAskedAnew(event: Started | Finalized, pin: SessionPin | undefined): boolean {
  if (!pin) return true;
  const { askedFor: known, startedAt } = pin;
  const isOther = known !== null && known !== askedFor(event);
  return isOther || (startedAt !== null && startedAt.getTime() !== Date.parse(event.data.startedAt));
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
