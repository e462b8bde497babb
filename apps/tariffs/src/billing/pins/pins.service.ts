import { Injectable } from '@nestjs/common';
import { type EventOf, type SessionFinalized, type SessionStarted, TariffState } from '@chargemesh/contracts';
import { DependencyMissing } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { pinKey, versionKey } from '../../price-list/pricing/pin.js';
import { type AppliedPin, PriceBook } from '../../price-list/pricing/price-book.service.js';
import { type Asking, agreedPin, isAskedAnew, pinOf, placeOf } from './pins.decide.js';
import { PinsStore } from './pins.store.js';
import type { SessionPin } from './session-pin.entity.js';

/** A session that has begun, with what it is priced by. */
export interface PinnedSession {
  readonly event: EventOf<typeof SessionStarted>;
  readonly pin: SessionPin;
}

type KnownPins = ReadonlyMap<string, SessionPin>;

/** Pins sessions to their prices: what was agreed before, or applied at the effective start, counts, whatever is changed afterwards. */
@Injectable()
export class PinsService {
  constructor(
    private readonly prices: PriceBook,
    private readonly store: PinsStore,
  ) {}

  /** Gives the sessions that are pinned now and were not, or not to this, each once. */
  async pin(started: readonly EventOf<typeof SessionStarted>[], tx: Transaction): Promise<PinnedSession[]> {
    if (started.length === 0) return [];
    const newest = new Map(started.map((event) => [event.data.sessionId, event]));
    const known = await this.store.of(tx, [...newest.keys()]);
    const open = [...newest.values()].filter(({ data }) => known.get(data.sessionId)?.finalVersion == null);
    const pins = await this.pinAnew(open, known, tx);
    return pins.flatMap((pin) => {
      const event = newest.get(pin.sessionId);
      return event ? [{ event, pin }] : [];
    });
  }

  /** The pins of sessions that are final, also of those that nobody heard of before. */
  async ofFinal(
    finalized: readonly EventOf<typeof SessionFinalized>[],
    known: KnownPins,
    tx: Transaction,
  ): Promise<KnownPins> {
    const pins = await this.pinAnew(finalized, known, tx);
    return new Map([...known, ...pins.map((pin) => [pin.sessionId, pin] as const)]);
  }

  private async pinAnew(events: readonly Asking[], known: KnownPins, tx: Transaction): Promise<SessionPin[]> {
    const asking = events.filter((event) => isAskedAnew(event, known.get(event.data.sessionId)));
    const agreed = await this.agreed(tx, asking);
    const applied = await this.prices.pinsAt(tx, asking.filter(({ data }) => !agreed.has(data.sessionId)).map(placeOf));
    const pins = asking.flatMap((event) => {
      const pin = agreed.get(event.data.sessionId) ?? applied.get(event.data.sessionId);
      return pin ? [pinOf(event, pin)] : [];
    });
    const isKnown = ({ sessionId }: SessionPin): boolean => known.has(sessionId);
    await this.store.add(
      tx,
      pins.filter((pin) => !isKnown(pin)),
    );
    await this.store.change(tx, pins.filter(isKnown));
    return pins;
  }

  /** By session. Throws `DependencyMissing` while a version that somebody agreed to is not here, as after a restore. */
  private async agreed(tx: Transaction, asking: readonly Asking[]): Promise<ReadonlyMap<string, AppliedPin>> {
    const agreed = asking.flatMap((event) => {
      const pin = agreedPin(event);
      return pin ? [{ event, pin }] : [];
    });
    const versions = await this.prices.versionsOf(
      tx,
      agreed.map(({ pin }) => pin),
    );
    for (const { event, pin } of agreed) {
      const version = versions.get(pinKey(pin));
      if (version?.operatorId !== event.operatorId) throw DependencyMissing.of(TariffState, versionKey(pin));
    }
    return new Map(agreed.map(({ event, pin }) => [event.data.sessionId, pin]));
  }
}
