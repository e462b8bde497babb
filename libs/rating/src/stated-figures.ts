import type { Difference, PricedCdr } from './priced-cdr.js';

/**
 * What a CDR states of itself, compared with what it is made of: energy, duration and parking time with its periods,
 * which follow one another from its start to its end. Its amounts are compared with those that are computed anew.
 */
export function statedDifferences(cdr: PricedCdr): Difference[] {
  return [...figures(cdr), ...sequence(cdr)].flatMap(([path, said, made]) =>
    said === undefined || made === undefined || said === made ? [] : [{ path, said, recomputed: made }],
  );
}

type Compared = readonly [path: string, said: string | undefined, made: string | undefined];

function figures({ startedAt, endedAt, periods, energyWh, durationS, parkingS }: PricedCdr): Compared[] {
  const told = (figure: number | undefined) => (figure === undefined ? undefined : String(figure));
  const total = (values: readonly number[]) => String(values.reduce((all, value) => all + value, 0));
  const parking = periods.filter(({ kind }) => kind === 'parking');
  const made: Compared[] = [['durationS', told(durationS), String(seconds(startedAt, endedAt))]];
  if (periods.length === 0) return made;
  return [
    ...made,
    ['energyWh', told(energyWh), total(periods.map((period) => period.energyWh))],
    ['parkingS', told(parkingS), total(parking.map((period) => seconds(period.startedAt, period.endedAt)))],
  ];
}

/** As whole seconds are told in a CDR of ours. */
function seconds(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1_000));
}

function sequence({ startedAt, endedAt, periods }: PricedCdr): Compared[] {
  const last = periods.at(-1);
  const starts = periods.map(({ startedAt: start }, index): Compared => {
    const before = index === 0 ? startedAt : periods[index - 1]?.endedAt;
    return [`periods[${index}].startedAt`, moment(start), before && moment(before)];
  });
  return last ? [...starts, [`periods[${periods.length - 1}].endedAt`, moment(last.endedAt), moment(endedAt)]] : starts;
}

/** Spelled in one way. */
function moment(instant: string): string {
  const ms = Date.parse(instant);
  return Number.isNaN(ms) ? instant : new Date(ms).toISOString();
}
