import { DAYS, type Dimension, type TariffRestrictions } from './tariff.js';

/** A part of an axis in which no restriction changes. */
export interface Cell {
  readonly allows: (restrictions: TariffRestrictions) => boolean;
}

/** What restrictions ask for one after the other: the week, the clock, the calendar, and what a session goes through. */
export interface Axis {
  readonly asks: (restrictions: TariffRestrictions) => boolean;
  readonly cells: readonly Cell[];
  /** Cells of it in words; they are not all of them. @param cells their indexes, ascending */
  readonly words: (cells: readonly number[]) => string;
}

const AMOUNTS = [
  ['kwh', 'kWh'],
  ['duration', 's'],
  ['power', 'kW'],
  ['current', 'A'],
] as const;

/** Only those that some restriction asks for. @param today `2026-11-26`: what is past by then does not matter */
export function axesOf(all: readonly TariffRestrictions[], type: Dimension, today: string): Axis[] {
  const axes = [
    weekAxis(),
    clockAxis(all),
    calendarAxis(all, today),
    ...AMOUNTS.map((of) => amountAxis(all, type, of)),
  ];
  return axes.filter(({ asks }) => all.some(asks));
}

function weekAxis(): Axis {
  return {
    asks: ({ day_of_week: days }) => (days?.length ?? 0) > 0,
    cells: DAYS.map((day) => ({
      allows: ({ day_of_week: days }) => !days || days.length === 0 || days.some((one) => one === day),
    })),
    words: (cells) => `on ${cells.map((index) => DAYS[index]).join(', ')}`,
  };
}

function clockAxis(all: readonly TariffRestrictions[]): Axis {
  const times = all.flatMap(({ start_time, end_time }) => [start_time ?? '00:00', end_time ?? '00:00']);
  const starts = sorted(['00:00', ...times]);
  const allows = (time: string, { start_time, end_time }: TariffRestrictions) => {
    const [from, to] = [start_time ?? '00:00', !end_time || end_time === '00:00' ? '24:00' : end_time];
    return from < to ? time >= from && time < to : time >= from || time < to;
  };
  return {
    asks: ({ start_time, end_time }) => (start_time ?? '00:00') !== '00:00' || (end_time ?? '00:00') !== '00:00',
    cells: starts.map((time) => ({ allows: (restrictions) => allows(time, restrictions) })),
    words: (cells) =>
      runs(cells)
        .map(([first, last]) => `from ${starts[first]} to ${starts[last + 1] ?? '24:00'}`)
        .join(' and '),
  };
}

function calendarAxis(all: readonly TariffRestrictions[], today: string): Axis {
  const dates = all.flatMap(({ start_date, end_date }) => [start_date ?? today, end_date ?? today]);
  const starts = sorted([today, ...dates.filter((date) => date > today)]);
  return {
    asks: ({ start_date, end_date }) => Boolean(start_date ?? end_date),
    cells: starts.map((date) => ({
      allows: ({ start_date, end_date }) => (!start_date || date >= start_date) && (!end_date || date < end_date),
    })),
    words: (cells) =>
      runs(cells)
        .map(([first, last]) => [`from ${starts[first]}`, ...before(starts[last + 1])].join(' '))
        .join(' and '),
  };
}

function before(date: string | undefined): string[] {
  return date === undefined ? [] : [`before ${date}`];
}

/** While parking nothing flows. Current may not be measured: then no restriction on it is met. */
function amountAxis(all: readonly TariffRestrictions[], type: Dimension, [name, unit]: (typeof AMOUNTS)[number]): Axis {
  const rangeOf = (restrictions: TariffRestrictions) =>
    [restrictions[`min_${name}`] ?? undefined, restrictions[`max_${name}`] ?? undefined] as const;
  const limits = all.flatMap((restrictions) => rangeOf(restrictions).filter((limit) => limit !== undefined));
  const idle = type === 'PARKING_TIME' && (name === 'power' || name === 'current');
  const starts = idle ? [0] : [...new Set([0, ...limits])].sort((a, b) => a - b);
  const cells: Cell[] = starts.map((amount) => ({
    allows: (restrictions) => {
      const [min, max] = rangeOf(restrictions);
      return amount >= (min ?? 0) && amount < (max ?? Infinity);
    },
  }));
  const asks = (restrictions: TariffRestrictions) => rangeOf(restrictions).some((limit) => limit !== undefined);
  if (name === 'current' && !idle) cells.push({ allows: (restrictions) => !asks(restrictions) });
  const range = (first: number, last: number) => {
    if (first >= starts.length) return 'where the station measures no current';
    const [from, to] = [starts[first] ?? 0, starts[last + 1]];
    const words = [...(from > 0 ? [`from ${from} ${unit}`] : []), ...(to === undefined ? [] : [`below ${to} ${unit}`])];
    return words.join(' ');
  };
  return {
    asks,
    cells,
    words: (indexes) =>
      runs(indexes, starts.length)
        .map(([first, last]) => range(first, last))
        .filter((words) => words !== '')
        .join(' and '),
  };
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

/** Neighbouring indexes as one; none goes over `border`. */
function runs(indexes: readonly number[], border = Infinity): [first: number, last: number][] {
  const found: [number, number][] = [];
  for (const index of indexes) {
    const last = found.at(-1);
    if (last && last[1] === index - 1 && index !== border) last[1] = index;
    else found.push([index, index]);
  }
  return found;
}
