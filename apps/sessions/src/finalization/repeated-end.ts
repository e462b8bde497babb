import { type Sample, inSeries } from '../meter/sample.js';
import { CLOCKS_APART_MS, later } from '../transactions/effective-time.js';
import type { Started } from '../transactions/lifecycle.js';
import { clockOf, corrected } from '../transactions/station-clock.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import { STANDBY_W } from './registers-around.js';
import { type Roles, withEnd } from './series.js';

/** Registers are rounded to a Wh at begin and end. */
const ROUNDED_WH = 1;

/** As many ends of one session are looked at. */
const ENDS_MAX = 10;

type Over = Started & { endedAt: Date };

/** A session as it was at the end that counts, and what was measured until then. */
export interface UntilEnd<Session> {
  readonly session: Session;
  readonly measured: readonly Sample[];
  /** Whether what came after it is of another one by the same id. */
  readonly isReused: boolean;
}

/**
 * The session by its last end before its connector was free. The later one is but that stop told again, as stations
 * do after they booted, where the register has not risen since; otherwise it is of another car, whose start was lost or
 * refused. Where nobody knows of a free connector, by the first end that says the same register.
 * @param measured in the order of time
 * @param freeAt when the connector was free first, or another session began there, between the ends that were told
 * @param isByAnother whether one that is not its driver ended it, and may have charged: then ends that differ are of two
 */
export function untilFirstEnd<Session extends Over>(
  session: Session,
  measured: readonly Sample[],
  freeAt: Date | null,
  isByAnother = false,
): UntilEnd<Session> {
  const endedAt = freeAt ? endBefore(freeAt, session, measured) : firstRead(session, measured);
  const hasGoneOn = endedAt !== undefined && freeAt !== null && hasRisen(session, measured, later(freeAt, endedAt));
  const isReused = hasGoneOn || (isByAnother && isOtherEnd(session));
  if (!endedAt || (!isReused && hasRisen(session, measured, endedAt))) return { session, measured, isReused };
  return {
    session: { ...session, endedAt, endReceivedAt: endedAt, roles: rolesAt(endedAt, session, measured) },
    measured: measured.filter(({ at }) => at.getTime() - endedAt.getTime() <= CLOCKS_APART_MS),
    isReused,
  };
}

function endBefore(freeAt: Date, session: Over, measured: readonly Sample[]): Date | undefined {
  const { firstEndAt, startedAt, endedAt, series } = session;
  const first = firstEndAt && corrected(firstEndAt, clockOf(session));
  if (!first || first < startedAt || first >= endedAt) return undefined;
  const ends = measured.filter((sample) => inSeries(sample, series).endWh !== null).map(({ at }) => at);
  return ends.filter((at) => at <= freeAt).reduce(later, first);
}

/** Whether its last end says another register than its first one; a register of 0 may be lost. */
function isOtherEnd({ series, roles }: Over): boolean {
  const { wh, first } = roles[series]?.end ?? {};
  return wh !== undefined && wh !== 0 && first !== undefined && Math.abs(wh - first.wh) > ROUNDED_WH;
}

/** The first end that says the same register as the last, a while before it, if nothing rose in between. */
function firstRead(session: Over, measured: readonly Sample[]): Date | undefined {
  const { startedAt, endedAt, firstEndAt, endClaimedAt, series, roles } = session;
  const last = roles[series]?.end;
  if (!last || !firstEndAt || !endClaimedAt || firstEndAt >= endClaimedAt) return undefined;
  const saysTheSame = (sample: Sample): boolean => {
    const { endWh } = inSeries(sample, series);
    const isMore = endWh !== null && last.wh - endWh > ROUNDED_WH + standbyWh(sample.at, endedAt);
    return endWh !== null && endWh - last.wh <= ROUNDED_WH && !isMore;
  };
  return measured
    .filter(saysTheSame)
    .map(({ at }) => at)
    .filter((at) => at >= startedAt && endedAt.getTime() - at.getTime() > CLOCKS_APART_MS)
    .slice(0, ENDS_MAX)
    .find((at) => !hasRisen(session, measured, at));
}

/** What a station uses by itself, which its meter may count as well. */
function standbyWh(from: Date, to: Date): number {
  return (STANDBY_W * Math.max(0, to.getTime() - from.getTime())) / MS_PER_HOUR;
}

/** Whether the register shows that it went on after that, by more than its station uses by itself. */
function hasRisen({ series, beginWh, endedAt }: Over, measured: readonly Sample[], since: Date): boolean {
  const [until, after] = [beginWh === null ? [] : [beginWh], [] as number[]];
  for (const sample of measured) {
    const { energyWh, endWh } = inSeries(sample, series);
    (sample.at > since ? after : until).push(...[energyWh, endWh].filter((wh) => wh !== null));
  }
  return Math.max(...after) > Math.max(...until) + ROUNDED_WH + standbyWh(since, endedAt);
}

/** What the registers were at that end, of each series of which it said so. */
function rolesAt(endedAt: Date, session: Over, measured: readonly Sample[]): Roles {
  const { roles } = session;
  const clock = clockOf(session);
  const said = measured.find(({ at }) => at.getTime() === endedAt.getTime());
  if (!said) return roles;
  return Object.keys(roles).reduce<Roles>((known, series) => {
    const { endWh } = inSeries(said, series);
    if (endWh === null) return known;
    const { end: later, ...others } = known[series] ?? {};
    const first = later?.first;
    // The row of a moment has the highest of it only.
    if (first && corrected(new Date(first.at), clock).getTime() === endedAt.getTime())
      return { ...known, [series]: { ...others, end: first } };
    return withEnd({ ...known, [series]: others }, series, { wh: endWh, at: endedAt.getTime(), stated: true });
  }, roles);
}
