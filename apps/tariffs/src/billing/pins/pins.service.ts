import { Injectable } from '@nestjs/common';
import type { EventOf, SessionFinalized, SessionStarted } from '@chargemesh/contracts';
import type { Transaction } from '@chargemesh/persistence';
import { PriceBook } from '../../price-list/pricing/price-book.service.js';
import { type Asking, isAskedAnew, pinOf, placeOf } from './pins.decide.js';
import { PinsStore } from './pins.store.js';
import type { SessionPin } from './session-pin.entity.js';

/** A session that has begun, with what it is priced by. */
export interface PinnedSession {
  readonly event: EventOf<typeof SessionStarted>;
  readonly pin: SessionPin;
}

type KnownPins = ReadonlyMap<string, SessionPin>;

/** Pins sessions to their prices: what applied at the effective start counts, whatever is changed afterwards. */
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
    const applied = await this.prices.pinsAt(tx, asking.map(placeOf));
    const pins = asking.flatMap((event) => {
      const pin = applied.get(event.data.sessionId);
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
}
