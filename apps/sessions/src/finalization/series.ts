import { PLAIN, type Series, preferred } from '../meter/register.js';

/** A register that a message names as that of the begin or the end. */
export interface Named {
  readonly wh: number;
  /** When, in ms. */
  readonly at: number;
  /** Whether the message of the start, or of the end, says it: what others repeat may be rounded. */
  readonly stated: boolean;
}

/** What was named of each series. */
export type Roles = Readonly<Record<Series, { readonly begin?: Named; readonly end?: Named }>>;

/** The series that a session is billed by, and its begin and end. */
export interface Choice {
  readonly series: Series;
  readonly beginWh: number | null;
  readonly endWh: number | null;
  /** Whether begin and end, or begin and readings, are known of different series only: of none is known what it rose by. */
  readonly mixed: boolean;
}

/**
 * The series by which a session is billed: one of which begin and end are known; without an end, one of which the begin
 * and readings are, that reaches furthest; without a begin, one of which an end and readings are. Registers of different
 * series are never subtracted from each other.
 * @param read when each series was read last, in ms, besides begin and end
 */
export function choose(roles: Roles, read: ReadonlyMap<Series, number>): Choice {
  const named = Object.keys(roles);
  const [begins, ends] = [named.filter((one) => roles[one]?.begin), named.filter((one) => roles[one]?.end)];
  const isRead = (one: Series): boolean => read.has(one);
  const furthest = (from: readonly Series[]): Series | undefined => best(from, (one) => read.get(one) ?? 0);
  const both = best(begins.filter((one) => ends.includes(one)));
  if (both !== undefined) return choiceOf(both, roles, false);
  const [from, to] = [furthest(begins.filter(isRead)), best(ends.filter(isRead))];
  if (begins.length > 0 && ends.length > 0) return choiceOf(to ?? from ?? (best(ends) as Series), roles, true);
  const known = from ?? to;
  if (known !== undefined) return choiceOf(known, roles, false);
  const other = furthest([...read.keys()]);
  return choiceOf(other ?? best(named) ?? PLAIN, roles, other !== undefined && named.length > 0);
}

function choiceOf(series: Series, roles: Roles, mixed: boolean): Choice {
  const { begin, end } = roles[series] ?? {};
  return { series, beginWh: begin?.wh ?? null, endWh: end?.wh ?? null, mixed };
}

/** The highest by a figure, and of equals the one that is preferred. */
function best(series: readonly Series[], figure: (one: Series) => number = () => 0): Series | undefined {
  if (series.length === 0) return undefined;
  return series.reduce((a, b) => {
    const [x, y] = [figure(a), figure(b)];
    return x === y ? preferred(a, b) : x > y ? a : b;
  });
}

/** What was named, with one more: of two begins that of the start's own message counts, then the earlier, then the higher. */
export function withBegin(roles: Roles, series: Series, begin: Named): Roles {
  const known = roles[series]?.begin;
  if (known && !isBegin(begin, known)) return roles;
  return { ...roles, [series]: { ...roles[series], begin } };
}

function isBegin(a: Named, b: Named): boolean {
  if (a.stated !== b.stated) return a.stated;
  return a.at === b.at ? a.wh > b.wh : a.at < b.at;
}

/** Of two ends that of the end's own message counts, then the later, then the lower. */
export function withEnd(roles: Roles, series: Series, end: Named): Roles {
  const known = roles[series]?.end;
  if (known && !isEnd(end, known)) return roles;
  return { ...roles, [series]: { ...roles[series], end } };
}

function isEnd(a: Named, b: Named): boolean {
  if (a.stated !== b.stated) return a.stated;
  return a.at === b.at ? a.wh < b.wh : a.at > b.at;
}
