import { PLAIN, type Series, isOfFewer, isOfOtherPhase, meterOf, preferred } from '../meter/register.js';

/** A register that a message names as that of the begin or the end. */
export interface Named {
  readonly wh: number;
  /** When, in ms. */
  readonly at: number;
  /** Whether the message of the start, or of the end, says it: what others repeat may be rounded. */
  readonly stated: boolean;
  /** What other messages of that moment say instead. */
  readonly others?: readonly number[];
  /** Of an end the first one that the station said, where this one came later. */
  readonly first?: Named;
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
  /** Whether one that is preferred stood still while this one rose. */
  readonly isOfRising?: true;
  /** What begin and end may be as well, since messages of one moment differ. */
  readonly otherBegins?: readonly number[];
  readonly otherEnds?: readonly number[];
}

/** What was read of a series besides begin and end: when last, in ms, the first register and the last. */
export interface Read {
  readonly at: number;
  readonly firstWh: number;
  readonly lastWh: number;
}

export type ReadOf = ReadonlyMap<Series, Read>;

/**
 * The series by which a session is billed: one of which begin and end are known; without an end, one of which the begin
 * and readings are, that reaches furthest; without a begin, one of which an end and readings are. Registers of different
 * series are never subtracted from each other, and of some phases nothing is billed where more, or others, were said of any.
 */
export function choose(roles: Roles, read: ReadOf): Choice {
  const choice = chooseOf(roles, read);
  const seen = [...Object.keys(roles), ...read.keys()];
  const isIncomplete = seen.some(
    (other) =>
      isOfFewer(choice.series, other) || (isOfOtherPhase(choice.series, other) && tellsOfMore(other, roles, read)),
  );
  return isIncomplete ? { ...choice, mixed: true } : choice;
}

/** A phase that is not wired says 0. */
function tellsOfMore(series: Series, roles: Roles, read: ReadOf): boolean {
  const { begin, end } = roles[series] ?? {};
  const { firstWh = 0, lastWh = 0 } = read.get(series) ?? {};
  return [begin?.wh ?? 0, end?.wh ?? 0, firstWh, lastWh].some((wh) => wh !== 0);
}

function chooseOf(roles: Roles, read: ReadOf): Choice {
  const named = Object.keys(roles);
  const [begins, ends] = [named.filter((one) => roles[one]?.begin), named.filter((one) => roles[one]?.end)];
  const isRead = (one: Series): boolean => read.has(one);
  const furthest = (from: readonly Series[]): Series | undefined => best(from, (one) => read.get(one)?.at ?? 0);
  const both = begins.filter((one) => ends.includes(one));
  const counting = best(both);
  if (counting !== undefined) return ofRising(counting, both, roles, read);
  const [from, to] = [furthest(begins.filter(isRead)), best(ends.filter(isRead))];
  if (begins.length > 0 && ends.length > 0) return choiceOf(to ?? from ?? (best(ends) as Series), roles, true);
  if (from !== undefined) return ofRising(from, begins.filter(isRead), roles, read);
  if (to !== undefined) return ofRising(to, ends.filter(isRead), roles, read);
  const other = furthest([...read.keys()]);
  if (named.length > 0 || other === undefined)
    return choiceOf(other ?? best(named) ?? PLAIN, roles, other !== undefined);
  return ofRising(other, [...read.keys()], roles, read);
}

/** Said of a session that is billed by another register than the one that is preferred. */
export const REGISTER_STANDS = 'register-stands';
/** What rises by less may be what the station itself uses, or rounding. */
export const RISEN_WH = 100;

/**
 * A series that stands still gives way to one that rises: of the same meter that is the sum of its phases. Of another one, or
 * of one that is known less well, nobody knows which of them is dead.
 * @param alike the series of which as much is known
 */
function ofRising(counting: Series, alike: readonly Series[], roles: Roles, read: ReadOf): Choice {
  if (!standsStill(counting, roles, read)) return choiceOf(counting, roles, false);
  const isRising = (one: Series): boolean => roseBy(one, roles, read) > RISEN_WH;
  const rising = best(alike.filter(isRising));
  if (rising !== undefined)
    return { ...choiceOf(rising, roles, meterOf(rising) !== meterOf(counting)), isOfRising: true };
  return choiceOf(counting, roles, [...read.keys()].some(isRising));
}

export function standsStill(series: Series, roles: Roles, read: ReadOf): boolean {
  return Math.abs(roseBy(series, roles, read)) < 1;
}

function roseBy(series: Series, roles: Roles, read: ReadOf): number {
  const { begin, end } = roles[series] ?? {};
  const { firstWh = 0, lastWh = 0 } = read.get(series) ?? {};
  return (end?.wh ?? lastWh) - (begin?.wh ?? firstWh);
}

function choiceOf(series: Series, roles: Roles, mixed: boolean): Choice {
  const { begin, end } = roles[series] ?? {};
  return {
    ...{ series, beginWh: begin?.wh ?? null, endWh: end?.wh ?? null, mixed },
    ...(begin?.others ? { otherBegins: begin.others } : {}),
    ...(end?.others ? { otherEnds: end.others } : {}),
  };
}

/** The highest by a figure, and of equals the one that is preferred. */
function best(series: readonly Series[], figure: (one: Series) => number = () => 0): Series | undefined {
  if (series.length === 0) return undefined;
  return series.reduce((a, b) => {
    const [x, y] = [figure(a), figure(b)];
    return x === y ? preferred(a, b) : x > y ? a : b;
  });
}

/**
 * What was named, with one more: of two begins that of the start's own message counts, then the earlier, then the higher. What
 * another message says of the begin is kept where it differs by more than rounding.
 */
export function withBegin(roles: Roles, series: Series, begin: Named): Roles {
  const known = roles[series]?.begin;
  const counting = known
    ? withDiffering(
        countingOf(known, begin, begin.at < known.at, (a, b) => b - a),
        known,
        begin,
      )
    : begin;
  return counting === known ? roles : { ...roles, [series]: { ...roles[series], begin: counting } };
}

/** Of two ends that of the end's own message counts, then the later, then the lower. */
export function withEnd(roles: Roles, series: Series, end: Named): Roles {
  const known = roles[series]?.end;
  const counting = known ? withFirst(known, end) : end;
  return counting === known ? roles : { ...roles, [series]: { ...roles[series], end: counting } };
}

/** Which end counts, and the first one beside it: a stop that is told again is no other one. */
function withFirst(known: Named, end: Named): Named {
  const { first: _known, ...last } = known;
  const [was, first] = [known.first ?? last, firstOf(known.first ?? last, end)];
  const counting = countingOf(last, end, end.at > last.at, (a, b) => a - b);
  if (counting === last && first === was) return known;
  return first.at < counting.at ? { ...counting, first } : counting;
}

function firstOf(known: Named, end: Named): Named {
  return countingOf(known, end, end.at < known.at, (a, b) => a - b);
}

function withDiffering(counting: Named, known: Named, said: Named): Named {
  if (known.stated === said.stated) return counting;
  const { wh, others = [] } = counting === known ? said : known;
  const kept = counting.others ?? [];
  const differing = [wh, ...others].filter(
    (other) => Math.abs(other - counting.wh) > RISEN_WH && !kept.includes(other),
  );
  const room = OF_A_MOMENT_MAX - 1 - kept.length;
  if (differing.length === 0 || room <= 0) return counting;
  return { ...counting, others: [...kept, ...differing.slice(0, room)].sort((a, b) => b - a) };
}

/** As many of one moment are kept. */
const OF_A_MOMENT_MAX = 4;

/**
 * The one that counts of two; the very same where that is known. Of one moment both are facts: the one that bills less
 * counts, and the others are kept.
 */
function countingOf(known: Named, said: Named, isNearer: boolean, order: (a: number, b: number) => number): Named {
  if (said.stated !== known.stated) return said.stated ? said : known;
  if (said.at !== known.at) return isNearer ? said : known;
  const before = [known.wh, ...(known.others ?? [])];
  const all = [...new Set([...before, said.wh])].sort(order).slice(0, OF_A_MOMENT_MAX);
  if (all.length === before.length && all.every((wh) => before.includes(wh))) return known;
  const [wh = said.wh, ...others] = all;
  return { ...known, wh, others };
}
