import { parseInstant } from './instant.js';

/** What was used, as far as a price needs to know it. The order of the periods does not matter. */
export interface Session {
  /** RFC 3339; with a reservation, when that began. Durations of a tariff count from here, or from the first use. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly periods: readonly Period[];
  /** What became of the reservation, when there are periods of that kind. Default: used. */
  readonly reservation?: 'used' | 'expired' | 'cancelled';
}

/** A stretch in which nothing was measured in between; energy is spread evenly over it. */
export interface Period {
  readonly startedAt: string;
  readonly endedAt: string;
  /** Watt-hours, not negative; finer than a microwatt-hour is rounded. */
  readonly energyWh: number;
  readonly kind: 'charging' | 'parking' | 'reservation';
  /** Without power the average of the energy is taken; without current no element that asks for current applies. */
  readonly minPowerW?: number;
  readonly maxPowerW?: number;
  /** Ampere, summed over the phases. */
  readonly minCurrentA?: number;
  readonly maxCurrentA?: number;
  /** Means, which stand for both where neither is there. */
  readonly powerW?: number;
  readonly currentA?: number;
}

/** A period in the units the engine counts in. */
export interface Stretch {
  /** Of the period in the session as it was given. */
  readonly index: number;
  readonly kind: Period['kind'];
  readonly startMs: number;
  readonly endMs: number;
  readonly energyUwh: number;
  readonly period: Period;
}

export const UWH_PER_WH = 1_000_000;
export const UWH_PER_KWH = 1_000_000_000;
export const MS_PER_HOUR = 3_600_000;

const MAX_PERIODS = 100_000;
const MAX_DURATION_MS = 366 * 24 * MS_PER_HOUR;
/** 1 GWh; ten sessions like this still count exactly in a number. */
const MAX_ENERGY_UWH = 1e9 * UWH_PER_WH;

export type SessionProblem =
  | 'bad-instant'
  | 'ends-before-start'
  | 'bad-energy'
  | 'overlap'
  | 'outside-session'
  | 'reservation-after-use'
  | 'too-long'
  | 'too-many-periods'
  | 'too-many-changes'
  | 'too-much-work';

/** The session contradicts itself and cannot be rated. */
export class SessionInvalid extends Error {
  override readonly name = 'SessionInvalid';

  constructor(
    readonly code: SessionProblem,
    message: string,
  ) {
    super(message);
  }
}

/** The periods in the order of time. @throws SessionInvalid */
export function stretchesOf(session: Session): Stretch[] {
  const { periods } = session;
  const startMs = instant(session.startedAt);
  const endMs = instant(session.endedAt);
  if (endMs < startMs) throw new SessionInvalid('ends-before-start', 'the session ends before it starts');
  if (endMs - startMs > MAX_DURATION_MS) throw new SessionInvalid('too-long', 'the session is longer than a year');
  if (periods.length > MAX_PERIODS) throw new SessionInvalid('too-many-periods', `more than ${MAX_PERIODS} periods`);
  const stretches = stretchesIn(periods);
  if (!isSorted(stretches)) stretches.sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs || a.index - b.index);
  checkOrder(stretches, startMs, endMs);
  return stretches;
}

/** Periods mostly follow each other, so half of the instants need not be read twice. */
function stretchesIn(periods: readonly Period[]): Stretch[] {
  const stretches: Stretch[] = [];
  let before: Period | undefined;
  for (const period of periods) {
    const touches = before !== undefined && before.endedAt === period.startedAt;
    const startMs = touches ? (stretches[stretches.length - 1] as Stretch).endMs : instant(period.startedAt);
    stretches.push(stretchOf(period, stretches.length, startMs));
    before = period;
  }
  return stretches;
}

function stretchOf(period: Period, index: number, startMs: number): Stretch {
  const endMs = instant(period.endedAt);
  if (endMs < startMs) throw new SessionInvalid('ends-before-start', `period ${index} ends before it starts`);
  const energyUwh = Math.round(period.energyWh * UWH_PER_WH);
  if (!(energyUwh >= 0 && energyUwh <= MAX_ENERGY_UWH)) {
    throw new SessionInvalid('bad-energy', `period ${index} has ${period.energyWh} Wh`);
  }
  return { index, kind: period.kind, startMs, endMs, energyUwh, period };
}

/**
 * Average power in W to a tenth, which is what OCPI can tell of it in kW: so that a price by power is found again in a
 * CDR. Undefined for a stretch without length.
 */
export function averagePowerW(energyWh: number, lengthMs: number): number | undefined {
  return lengthMs > 0 ? Math.round((energyWh * MS_PER_HOUR * 10) / lengthMs) / 10 : undefined;
}

/** What the session asked of the station in this stretch; what is not known is -Infinity and Infinity. */
export function loadOf({ period, kind, startMs, endMs }: Stretch) {
  const average = averagePowerW(period.energyWh, endMs - startMs);
  const [powerW, currentA] =
    kind === 'charging' ? [period.powerW ?? average, period.currentA] : [period.powerW ?? 0, period.currentA ?? 0];
  const { minPowerW, maxPowerW, minCurrentA, maxCurrentA } = period;
  return {
    minPowerW: known(minPowerW, maxPowerW, powerW) ?? -Infinity,
    maxPowerW: known(maxPowerW, minPowerW, powerW) ?? Infinity,
    minCurrentA: known(minCurrentA, maxCurrentA, currentA) ?? -Infinity,
    maxCurrentA: known(maxCurrentA, minCurrentA, currentA) ?? Infinity,
  };
}

/** A single value of minimum and maximum stands for the other one; nothing flows while parking or reserved. */
function known(value: number | undefined, other: number | undefined, instead: number | undefined): number | undefined {
  return value ?? other ?? instead;
}

function checkOrder(stretches: readonly Stretch[], startMs: number, endMs: number): void {
  let before: Stretch | undefined;
  let energyUwh = 0;
  for (const stretch of stretches) {
    const { index } = stretch;
    if (stretch.startMs < startMs || stretch.endMs > endMs) {
      throw new SessionInvalid('outside-session', `period ${index} is not within the session`);
    }
    if (before && stretch.startMs < before.endMs) {
      throw new SessionInvalid('overlap', `period ${index} overlaps period ${before.index}`);
    }
    if (before && stretch.kind === 'reservation' && before.kind !== 'reservation') {
      throw new SessionInvalid('reservation-after-use', `period ${index} reserves what is already in use`);
    }
    energyUwh += stretch.energyUwh;
    before = stretch;
  }
  if (energyUwh > MAX_ENERGY_UWH) throw new SessionInvalid('bad-energy', 'the session has more than 1 GWh');
}

function isSorted(stretches: readonly Stretch[]): boolean {
  for (let i = 1; i < stretches.length; i++) {
    const a = stretches[i - 1] as Stretch;
    const b = stretches[i] as Stretch;
    if (a.startMs > b.startMs || a.endMs > b.endMs) return false;
  }
  return true;
}

function instant(text: string): number {
  const ms = parseInstant(text);
  if (Number.isNaN(ms)) throw new SessionInvalid('bad-instant', `no RFC 3339 date-time: ${String(text).slice(0, 40)}`);
  return ms;
}
