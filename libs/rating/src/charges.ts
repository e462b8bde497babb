import type { CompiledTariff, Price } from './compiled-tariff.js';
import { type Slice, visitSlices } from './cut.js';
import type { Session } from './session.js';

/** Neighbouring slices at one price, taken together: what becomes a line of the bill. */
export interface Charge {
  readonly price: Price;
  /** The local calendar day, where its time is capped by day. */
  readonly day: number;
  readonly periodIndex: number;
  lastPeriodIndex: number;
  readonly startMs: number;
  endMs: number;
  /** µWh, ms, or 1. */
  volume: number;
  /** What the step size adds. */
  surplus: number;
  /** Whether an end of it was not measured but lies on a line between two measurements. */
  interpolated: boolean;
}

/** What was used of a station, priced or not. */
export interface Used {
  readonly energyUwh: number;
  readonly chargingMs: number;
  readonly parkingMs: number;
  readonly reservationMs: number;
  /** Even if for no time. */
  readonly reserved: boolean;
  /** Whether no element of the tariff has a price for some of it; grace is no such. */
  readonly unpricedEnergy: boolean;
  readonly unpricedTime: boolean;
  readonly unpricedParking: boolean;
}

/** What a session used, and its slices joined to charges, in the order of their beginnings. @throws SessionInvalid */
export function chargesOf(tariff: CompiledTariff, session: Session): { charges: Charge[]; used: Used } {
  const charges: Charge[] = [];
  const used = {
    energyUwh: 0,
    chargingMs: 0,
    parkingMs: 0,
    reservationMs: 0,
    reserved: false,
    unpricedEnergy: false,
    unpricedTime: false,
    unpricedParking: false,
  };
  let energy: Charge | undefined;
  let time: Charge | undefined;
  visitSlices(tariff, session, (slice) => {
    const { stretch, startMs, endMs, energyUwh, flat } = slice;
    used.energyUwh += energyUwh;
    if (!slice.energy && energyUwh > 0) used.unpricedEnergy = true;
    if (stretch.kind === 'charging') {
      used.chargingMs += endMs - startMs;
      if (!slice.time && endMs > startMs) used.unpricedTime = true;
    } else if (stretch.kind === 'parking') {
      used.parkingMs += endMs - startMs;
      if (!slice.time && !slice.grace && endMs > startMs) used.unpricedParking = true;
    } else {
      used.reservationMs += endMs - startMs;
      used.reserved = true;
    }
    if (flat) charges.push(charge(flat, slice, 1));
    energy = next(energy, slice.energy, slice, energyUwh, 'clock', charges);
    time = next(time, slice.time, slice, endMs - startMs, 'energy', charges);
  });
  return { charges, used };
}

/** `guessedAt`: time is exact where the clock cuts and energy where energy cuts; the other one is interpolated. */
function next(
  open: Charge | undefined,
  price: Price | undefined,
  slice: Slice,
  volume: number,
  guessedAt: Slice['begin'],
  charges: Charge[],
): Charge | undefined {
  if (
    open &&
    open.price === price &&
    open.endMs === slice.startMs &&
    (open.day === slice.day || price.type === 'ENERGY')
  ) {
    open.endMs = slice.endMs;
    open.lastPeriodIndex = slice.stretch.index;
    open.volume += volume;
    return open;
  }
  const interpolated = slice.begin === guessedAt && slice.stretch.energyUwh > 0;
  if (open && interpolated && open.endMs === slice.startMs) open.interpolated = true;
  if (!price) return undefined;
  const opened = charge(price, slice, volume);
  opened.interpolated = interpolated;
  charges.push(opened);
  return opened;
}

function charge(price: Price, slice: Slice, volume: number): Charge {
  const { stretch, startMs, day } = slice;
  const endMs = price.type === 'FLAT' ? startMs : slice.endMs;
  const [periodIndex, lastPeriodIndex] = [stretch.index, stretch.index];
  return { price, day, periodIndex, lastPeriodIndex, startMs, endMs, volume, surplus: 0, interpolated: false };
}

/** Lines of a bill that are told one by one; a car that stops and goes on all night would make thousands. */
const MAX_CHARGES = 400;

/**
 * As they are, or where there are too many those at one price as one, for each day that a cap is for. Step sizes are to
 * be applied before, for they ask which one was last.
 */
export function bounded(charges: Charge[]): Charge[] {
  if (charges.length <= MAX_CHARGES) return charges;
  const joined = new Map<Price, Map<number, Charge>>();
  for (const charge of charges) {
    const days = joined.get(charge.price) ?? new Map<number, Charge>();
    const known = days.get(charge.day);
    joined.set(charge.price, days.set(charge.day, known ? both(known, charge) : charge));
  }
  return [...joined.values()].flatMap((days) => [...days.values()]).sort((a, b) => a.startMs - b.startMs);
}

function both(one: Charge, later: Charge): Charge {
  const { endMs, lastPeriodIndex } = later;
  return {
    ...one,
    ...{ endMs, lastPeriodIndex, volume: one.volume + later.volume, surplus: one.surplus + later.surplus },
    interpolated: one.interpolated || later.interpolated,
  };
}
