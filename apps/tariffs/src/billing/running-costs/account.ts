import { type CompiledTariff, type Period, type Slice, averagePowerW, cutSession } from '@chargemesh/rating';

/** What was measured of power and current, as far as a station measures them. */
export type Load = Pick<Period, 'powerW' | 'currentA'>;

/** What is known of the use of a running session, in as few stretches as its price needs. */
export interface Account {
  readonly startedAt: Date;
  /** Until when it is known. */
  readonly measuredAt: Date;
  readonly energyWh: number;
  /** Whether the car takes nothing now. */
  readonly idle: boolean;
  /** As measured last. */
  readonly load: Load;
  /** In the order of time. */
  readonly periods: readonly Period[];
}

export interface Reading {
  readonly at: Date;
  /** Since the start of the session. */
  readonly energyWh: number;
  readonly idleSince?: Date | undefined;
  readonly load?: Load;
}

/** Stretches that an account may have; above, neighbours become one although their prices differ. */
export const PERIODS_MAX = 120;

/**
 * The account until a reading. Since energy is spread evenly between readings, idling that becomes known afterwards
 * takes none. A register that went back makes all that was measured one stretch.
 */
export function measured(account: Account, { at, energyWh, idleSince, load = {} }: Reading): Account {
  const { startedAt, measuredAt } = account;
  const idle = idleSince !== undefined;
  const next = { startedAt, measuredAt: at > measuredAt ? at : measuredAt, energyWh, idle, load };
  const mean = meanOf(account.load, load);
  if (energyWh < account.energyWh)
    return { ...next, periods: added([], stretch(startedAt, next.measuredAt, energyWh, 'charging')) };
  const flown = energyWh - account.energyWh;
  const before = account.idle && flown === 0 ? 'parking' : 'charging';
  if (!idleSince) {
    return { ...next, periods: added(account.periods, stretch(measuredAt, next.measuredAt, flown, before, mean)) };
  }
  const since = new Date(Math.min(Math.max(idleSince.getTime(), startedAt.getTime()), next.measuredAt.getTime()));
  if (since <= measuredAt) {
    const periods = parked(account.periods, since.toISOString());
    return { ...next, periods: added(periods, stretch(measuredAt, next.measuredAt, flown, 'parking')) };
  }
  const charged = added(account.periods, stretch(measuredAt, since, flown, before, mean));
  return { ...next, periods: added(charged, stretch(since, next.measuredAt, 0, 'parking')) };
}

/** The account of a session that began at another time than was known: one stretch. */
export function startedAnew(account: Account, startedAt: Date): Account {
  const measuredAt = account.measuredAt > startedAt ? account.measuredAt : startedAt;
  const { energyWh, idle, load } = account;
  return {
    startedAt,
    measuredAt,
    energyWh,
    idle,
    load,
    periods: added([], stretch(startedAt, measuredAt, energyWh, 'charging')),
  };
}

/** The stretches until a moment after the last reading, if it goes on as it did. */
export function goneOn({ measuredAt, idle, periods }: Account, until: Date): readonly Period[] {
  const last = periods.at(-1);
  const load = !idle && last?.kind === 'charging' ? loadOf(last) : {};
  return added(periods, { ...stretch(measuredAt, until, 0, idle ? 'parking' : 'charging'), ...load });
}

/**
 * The same use in fewer stretches: neighbours become one where no price changes in them or between them, so that the
 * price stays the same to the last digit. What is too much even then is joined by twos.
 */
export function compacted(tariff: CompiledTariff, account: Account): Account {
  const { startedAt, measuredAt, periods } = account;
  const session = { startedAt: startedAt.toISOString(), endedAt: measuredAt.toISOString(), periods };
  const slices: Slice[][] = periods.map(() => []);
  for (const slice of cutSession(tariff, session)) slices[slice.stretch.index]?.push(slice);
  const kept: Period[] = [];
  for (const [index, period] of periods.entries()) {
    const before = kept.at(-1);
    const same = before && isAlike(before, period) && haveOnePrice(slices[index - 1] ?? [], slices[index] ?? []);
    if (same) kept[kept.length - 1] = joined(before, period);
    else kept.push(period);
  }
  return { ...account, periods: kept.length > PERIODS_MAX ? byTwos(kept) : kept };
}

function stretch(from: Date, to: Date, energyWh: number, kind: Period['kind'], load: Load = {}): Period {
  const times = { startedAt: from.toISOString(), endedAt: to.toISOString() };
  return { ...times, energyWh, kind, ...(kind === 'charging' ? load : {}) };
}

/** The mean between two readings, in the places that a CDR has (`finalization/load.ts` of sessions). */
function meanOf(before: Load, now: Load): Load {
  const [powerW, currentA] = [mean(before.powerW, now.powerW), mean(before.currentA, now.currentA)];
  return {
    ...(powerW === undefined ? {} : { powerW: Math.round(powerW) }),
    ...(currentA === undefined ? {} : { currentA: Math.round(currentA * 100) / 100 }),
  };
}

function mean(before: number | undefined, now: number | undefined): number | undefined {
  return before === undefined || now === undefined ? (now ?? before) : (before + now) / 2;
}

/** Energy of no time belongs to the stretch before. */
function added(periods: readonly Period[], period: Period): readonly Period[] {
  if (period.startedAt < period.endedAt) return [...periods, period];
  const last = periods.at(-1);
  if (!last) return period.energyWh > 0 ? [period] : [];
  return period.energyWh > 0
    ? [...periods.slice(0, -1), { ...last, energyWh: last.energyWh + period.energyWh }]
    : periods;
}

/** Parking since a moment; what flowed in the stretch around it had flowed by then. */
function parked(periods: readonly Period[], since: string): readonly Period[] {
  return periods.flatMap((period) => {
    if (period.endedAt <= since || period.kind === 'parking') return [period];
    const { startedAt, endedAt, energyWh } = period;
    if (startedAt >= since) return [{ startedAt, endedAt, energyWh, kind: 'parking' as const }];
    const idle = { startedAt: since, endedAt, energyWh: 0, kind: 'parking' as const };
    return [{ ...period, endedAt: since }, idle];
  });
}

function isAlike(a: Period, b: Period): boolean {
  const isOfCurrent = isCurrentKnown(a) === isCurrentKnown(b);
  return a.kind === b.kind && a.endedAt === b.startedAt && a.energyWh > 0 === b.energyWh > 0 && isOfCurrent;
}

/** Without a slice, or where a fee falls due in between, it is not known whether the price is one. */
function haveOnePrice(before: readonly Slice[], after: readonly Slice[]): boolean {
  const [first] = before;
  if (!first || after.length === 0 || after.some(({ flat }) => flat)) return false;
  return [...before, ...after].every(({ energy, time }) => energy === first.energy && time === first.time);
}

function joined(a: Period, b: Period): Period {
  const both = { startedAt: a.startedAt, endedAt: b.endedAt, energyWh: a.energyWh + b.energyWh, kind: a.kind };
  if (a.kind !== 'charging') return both;
  const [one, other] = [loadOf(a), loadOf(b)];
  return {
    ...both,
    minPowerW: Math.min(one.minPowerW, other.minPowerW),
    maxPowerW: Math.max(one.maxPowerW, other.maxPowerW),
    ...(isCurrentKnown(a)
      ? {
          minCurrentA: Math.min(one.minCurrentA ?? Infinity, other.minCurrentA ?? Infinity),
          maxCurrentA: Math.max(one.maxCurrentA ?? 0, other.maxCurrentA ?? 0),
        }
      : {}),
  };
}

/** What was measured in a stretch, or the average of its power, is its least and its most. */
function loadOf({ startedAt, endedAt, energyWh, powerW, currentA, ...least }: Period) {
  const average = powerW ?? averagePowerW(energyWh, Date.parse(endedAt) - Date.parse(startedAt)) ?? 0;
  const { minPowerW = average, maxPowerW = average, minCurrentA = currentA, maxCurrentA = currentA } = least;
  return {
    ...{ minPowerW, maxPowerW },
    ...(minCurrentA === undefined || maxCurrentA === undefined ? {} : { minCurrentA, maxCurrentA }),
  };
}

/** Whether the current of a stretch was measured; nothing flows while a car parks. */
export function isCurrentKnown({ kind, currentA, minCurrentA }: Period): boolean {
  return kind !== 'charging' || (currentA ?? minCurrentA) !== undefined;
}

/** Half as many: neighbours of one kind become one, or any where kinds alternate. */
function byTwos(periods: readonly Period[]): Period[] {
  const alike = paired(periods, (a, b) => a.kind === b.kind);
  return alike.length <= PERIODS_MAX ? alike : paired(periods, () => true);
}

function paired(periods: readonly Period[], fit: (a: Period, b: Period) => boolean): Period[] {
  const result: Period[] = [];
  for (let index = 0; index < periods.length; index++) {
    const [one, next] = [periods[index] as Period, periods[index + 1]];
    const { startedAt, kind } = one;
    if (next && fit(one, next)) {
      // Of two different loads only the average is a load that both may have had.
      const currentA = mean(currentIn(one), currentIn(next));
      const energyWh = one.energyWh + next.energyWh;
      const load = kind !== 'charging' || currentA === undefined ? {} : { currentA };
      result.push({ startedAt, endedAt: next.endedAt, energyWh, kind, ...load });
      index++;
    } else result.push(one);
  }
  return result;
}

function currentIn({ currentA, minCurrentA, maxCurrentA }: Period): number | undefined {
  return currentA ?? mean(minCurrentA, maxCurrentA);
}
