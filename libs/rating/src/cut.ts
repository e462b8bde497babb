import type { Candidates, CompiledTariff, Phases, Price } from './compiled-tariff.js';
import { parseInstant } from './instant.js';
import type { Window } from './local-time.js';
import { firstMatch } from './match.js';
import type { Standing } from './restrictions.js';
import { type Session, SessionInvalid, type Stretch, loadOf, stretchesOf } from './session.js';
import { QUARTER_HOUR_MS, quarterOf } from './spot.js';
import { MAX_CHANGES, demandBounded } from './work.js';

/** A part of a period in which no price changes. */
export interface Slice {
  readonly stretch: Stretch;
  readonly startMs: number;
  readonly endMs: number;
  readonly energyUwh: number;
  /** The local calendar day, in days since 1970, where one matters. */
  readonly day: number;
  /** Why it begins: with its period, at a moment of the clock, or when an amount of energy was reached. */
  readonly begin: 'period' | 'clock' | 'energy';
  readonly energy: Price | undefined;
  readonly time: Price | undefined;
  readonly flat: Price | undefined;
  /** Whether it lies in the grace of parking, where time has no price. */
  readonly grace: boolean;
}

/** The parts of a session, in the order of time. @throws SessionInvalid */
export function cutSession(tariff: CompiledTariff, session: Session): Slice[] {
  const slices: Slice[] = [];
  visitSlices(tariff, session, (slice) => slices.push({ ...slice }));
  return slices;
}

/**
 * Cuts a session at every price-relevant moment and finds the prices of every part. Energy is linear in time within a
 * period; running sums are rounded, not parts, so that the parts always add up. @throws SessionInvalid
 * @param visit a part is the same object each time, for there are many: whoever keeps it copies it
 */
export function visitSlices(tariff: CompiledTariff, session: Session, visit: (slice: Slice) => void): void {
  const stretches = billable(tariff, stretchesOf(session));
  demandBounded(tariff, stretches);
  const firstUse = stretches.findIndex(({ kind }) => kind !== 'reservation');
  const reserved = firstUse < 0 ? stretches : stretches.slice(0, firstUse);
  const used = firstUse < 0 ? [] : stretches.slice(firstUse);
  const began = parseInstant(session.startedAt);
  const kind = session.reservation === 'expired' ? 'expired' : 'reserved';
  new Cutter(tariff, kind, began, visit).cutAll(reserved);
  new Cutter(tariff, 'use', reserved.length > 0 ? (used[0]?.startMs ?? began) : began, visit).cutAll(used);
}

function billable(tariff: CompiledTariff, stretches: Stretch[]): Stretch[] {
  const free = tariff.freeWithoutEnergy && stretches.every(({ energyUwh }) => energyUwh === 0);
  return free ? stretches.filter(({ kind }) => kind === 'reservation') : stretches;
}

const NOWHERE: Standing = {
  energyUwh: 0,
  elapsedMs: 0,
  minPowerW: 0,
  maxPowerW: 0,
  minCurrentA: 0,
  maxCurrentA: 0,
};

const NO_SLICE: Omit<Slice, 'stretch'> = {
  startMs: 0,
  endMs: 0,
  energyUwh: 0,
  day: 0,
  begin: 'period',
  energy: undefined,
  time: undefined,
  flat: undefined,
  grace: false,
};

/** Walks one phase of a session, the reservation or the use, and remembers where it stands. */
class Cutter {
  /** Where the session stands, for the restrictions that ask; one object, since there are many slices. */
  private readonly now: { -readonly [K in keyof Standing]: number } = { ...NOWHERE };
  private current: { -readonly [K in keyof Slice]: Slice[K] } | undefined;
  /** Until when, and for how much energy, the prices of the current slice stay what they are. */
  private sameUntilMs = -Infinity;
  private sameUntilUwh = -Infinity;
  private changesLeft = MAX_CHANGES;
  private usedUwh = 0;
  private flatDone = false;
  /** From when parking counts as such: the end of the grace that began with its first stretch. */
  private parkedFrom: number | undefined;
  /** Between these instants local time changes nothing. */
  private window: Window<Phases>;
  private candidates: Candidates;

  constructor(
    private readonly tariff: CompiledTariff,
    private readonly phase: Phase,
    private readonly startMs: number,
    private readonly visit: (slice: Slice) => void,
  ) {
    this.window = tariff.calendar(startMs);
    this.candidates = this.window.value[phase];
  }

  cutAll(stretches: readonly Stretch[]): void {
    this.changesLeft = MAX_CHANGES + stretches.length;
    for (const stretch of stretches) {
      this.cut(stretch);
      this.usedUwh += stretch.energyUwh;
    }
  }

  private cut(stretch: Stretch): void {
    const { current } = this;
    if (current && this.goesOnAs(current, stretch)) {
      current.stretch = stretch;
      current.startMs = stretch.startMs;
      current.endMs = stretch.endMs;
      current.energyUwh = stretch.energyUwh;
      current.begin = 'period';
      current.flat = undefined;
      this.visit(current);
    } else this.cutUp(stretch);
  }

  /** Whether a stretch has the prices of the slice before, for nothing changes in it that they depend on. */
  private goesOnAs(slice: Slice, { kind, startMs, endMs, energyUwh }: Stretch): boolean {
    return (
      kind === slice.stretch.kind &&
      energyUwh > 0 === slice.energyUwh > 0 &&
      endMs > startMs &&
      slice.endMs > slice.startMs &&
      startMs < this.sameUntilMs &&
      endMs <= this.sameUntilMs &&
      this.usedUwh < this.sameUntilUwh &&
      this.usedUwh + energyUwh <= this.sameUntilUwh &&
      (this.flatDone || this.candidates.FLAT.length === 0) &&
      !this.tariff.asksLoad
    );
  }

  private cutUp(stretch: Stretch): void {
    this.parkedFrom =
      stretch.kind === 'parking' ? (this.parkedFrom ?? stretch.startMs + this.tariff.idleGraceMs) : undefined;
    if (this.tariff.asksLoad) Object.assign(this.now, loadOf(stretch));
    if (stretch.startMs < this.window.startMs) this.look(stretch.startMs);
    let at: Moment = { ms: stretch.startMs, energyUwh: 0, reason: 'period' };
    do {
      if (at.ms >= this.window.endMs) this.look(at.ms);
      const next = this.nextMoment(stretch, at);
      this.visit(this.slice(stretch, at, next));
      if (--this.changesLeft < 0) throw tooManyChanges();
      at = next;
    } while (at.ms < stretch.endMs || at.energyUwh < stretch.energyUwh);
  }

  private slice(stretch: Stretch, at: Moment, next: Moment): Slice {
    const { candidates, now } = this;
    const energyUwh = next.energyUwh - at.energyUwh;
    now.energyUwh = this.usedUwh + at.energyUwh;
    now.elapsedMs = at.ms - this.startMs;
    const flat = this.flatDone ? undefined : firstMatch(candidates.FLAT, now);
    if (flat) this.flatDone = true;
    const slice = (this.current ??= { ...NO_SLICE, stretch });
    slice.stretch = stretch;
    slice.startMs = at.ms;
    slice.endMs = next.ms;
    slice.energyUwh = energyUwh;
    slice.day = this.window.value.day;
    slice.begin = at.reason;
    slice.energy = energyUwh > 0 ? priceAt(firstMatch(candidates.ENERGY, now), at.ms) : undefined;
    slice.grace = this.isGrace(at.ms);
    slice.time = next.ms > at.ms && !slice.grace ? firstMatch(candidates[timeOfKind(stretch)], now) : undefined;
    slice.flat = flat;
    return slice;
  }

  private isGrace(ms: number): boolean {
    return this.parkedFrom !== undefined && ms < this.parkedFrom;
  }

  private nextMoment(stretch: Stretch, at: Moment): Moment {
    this.sameUntilMs = Math.min(this.window.endMs, this.nextOwn(stretch, at.ms));
    this.sameUntilUwh = this.nextEnergy(this.usedUwh + at.energyUwh);
    const ms = Math.min(stretch.endMs, this.sameUntilMs);
    const energyUwh = Math.max(at.energyUwh, energyUpTo(stretch, ms));
    const cut = this.sameUntilUwh - this.usedUwh;
    if (cut >= energyUwh) return { ms, energyUwh, reason: ms === stretch.endMs ? 'period' : 'clock' };
    return { ms: Math.min(ms, Math.max(at.ms, timeOf(stretch, cut))), energyUwh: cut, reason: 'energy' };
  }

  /** When the tariff itself has another price, whatever the clock on the wall shows. */
  private nextOwn({ energyUwh }: Stretch, ms: number): number {
    let next = this.startMs + this.nextElapsed(ms - this.startMs);
    if (this.parkedFrom !== undefined && ms < this.parkedFrom) next = Math.min(next, this.parkedFrom);
    if (energyUwh > 0) next = Math.min(next, this.nextQuarter(ms));
    return next;
  }

  private nextElapsed(elapsedMs: number): number {
    for (const cut of this.tariff.elapsedCutsMs) if (cut > elapsedMs) return cut;
    return Infinity;
  }

  private nextEnergy(usedUwh: number): number {
    for (const cut of this.tariff.energyCutsUwh) if (cut > usedUwh) return cut;
    return Infinity;
  }

  private nextQuarter(ms: number): number {
    const { quartersFromMs, quartersToMs } = this.tariff;
    if (ms < quartersFromMs) return quartersFromMs;
    return ms < quartersToMs ? quarterOf(ms) + QUARTER_HOUR_MS : Infinity;
  }

  private look(ms: number): void {
    this.window = this.tariff.calendar(ms);
    this.candidates = this.window.value[this.phase];
  }
}

type Phase = Exclude<keyof Phases, 'day'>;

interface Moment {
  readonly ms: number;
  /** Since the start of the period. */
  readonly energyUwh: number;
  readonly reason: Slice['begin'];
}

function priceAt(price: Price | undefined, ms: number): Price | undefined {
  return price?.quarters ? (price.quarters.get(quarterOf(ms)) ?? price) : price;
}

function timeOfKind({ kind }: Stretch): 'TIME' | 'PARKING_TIME' {
  return kind === 'parking' ? 'PARKING_TIME' : 'TIME';
}

function energyUpTo({ startMs, endMs, energyUwh }: Stretch, ms: number): number {
  return ms === endMs ? energyUwh : Math.round(energyUwh * ((ms - startMs) / (endMs - startMs)));
}

function timeOf({ startMs, endMs, energyUwh }: Stretch, partUwh: number): number {
  return startMs + Math.round((endMs - startMs) * (partUwh / energyUwh));
}

function tooManyChanges(): SessionInvalid {
  return new SessionInvalid('too-many-changes', `the price may change at more than ${MAX_CHANGES} moments`);
}
