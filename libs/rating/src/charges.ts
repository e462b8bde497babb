import type { Price } from './compile.js';
import type { Slice } from './cut.js';

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

/** Joins slices to charges, in the order of their beginnings. */
export function chargesOf(slices: readonly Slice[]): Charge[] {
  const charges: Charge[] = [];
  let energy: Charge | undefined;
  let time: Charge | undefined;
  for (const slice of slices) {
    if (slice.flat) charges.push(charge(slice.flat, slice, 1));
    energy = next(energy, slice.energy, slice, slice.energyUwh, 'clock', charges);
    time = next(time, slice.time, slice, slice.endMs - slice.startMs, 'energy', charges);
  }
  return charges;
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
