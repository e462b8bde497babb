import {
  type Delivery,
  type Rises,
  risesFrom,
  risesOver,
  unstampedMs,
  withoutRisesSoFar,
} from '../finalization/impossible-rises.js';
import { type Beliefs, limitOf } from '../finalization/limit.js';
import {
  type WalkOfBegins,
  walkFromBegin,
  firstWalk,
  energyOfBegins,
  wentOn,
} from '../finalization/possible-begins.js';
import type { RegisterEnergy } from '../finalization/register-walk.js';
import { type Choice, type Named, type Read, type Roles, choose, withBegin, withEnd } from '../finalization/series.js';
import { registerBackOf } from '../meter/others.js';
import { type Series, isNet } from '../meter/register.js';
import { type Sample, betweenWhOf, seriesOf, valuesIn } from '../meter/sample.js';
import { CLOCKS_APART_MS, parseStationTime } from './effective-time.js';
import type { TransactionFact } from './transaction-fact.js';
import type { Session } from './session.js';
import { clockOf, corrected } from './station-clock.js';
import { type Followed, GIVEN_BACK, type Walks } from './walks.js';

type Registers = Pick<Session, 'roles' | 'series' | 'beginWh' | 'endWh' | 'walks'>;

/**
 * What the registers of a fact add. Begin and end are by role, whatever their stamps say and whichever came first. The
 * readings in between are followed in the order of their coming, each series by itself, for the running energy; what is
 * billed is decided at the end from all of them.
 */
export function registersOf(
  session: Session,
  fact: TransactionFact,
  samples: readonly Sample[],
  beliefs: Beliefs,
): Registers {
  const roles = rolesWith(session.roles, fact, samples);
  const so = { limitWh: limitSoFar(session, beliefs), delivery: deliverySoFar(session, beliefs) };
  const walks = followed({ ...session, roles }, samples, so);
  const { series, beginWh, endWh } = chosen({ roles, walks });
  return { roles, walks, series, beginWh, endWh };
}

/** The session with its energy so far: what would be billed or, where it would be held, what is certain. */
export function withRunningEnergy(session: Session, beliefs: Beliefs): Session {
  const so = { limitWh: limitSoFar(session, beliefs), delivery: deliverySoFar(session, beliefs) };
  const { energyWh } = toldSoFar(session, so);
  return { ...session, energyWh: Math.round(energyWh) };
}

/** What may have flowed so far, in all and from one reading to the next. */
interface Possible {
  readonly limitWh: number;
  readonly delivery: Delivery | undefined;
}

function toldSoFar(session: Session, { limitWh, delivery }: Possible): RegisterEnergy {
  const choice = chosen(session);
  const { walk, rises } = session.walks[choice.series] ?? {};
  const sum = walk || choice.endWh !== null ? undefined : summedUp(session.walks);
  if (sum) return energyOfBegins(sum, { ...OF_INTERVALS, limitWh });
  const told = energyOfBegins(walk ?? (choice.beginWh === null ? undefined : walkFromBegin(choice.beginWh)), {
    ...choice,
    limitWh,
  });
  if (!rises || !delivery || isNet(choice.series)) return told;
  const end = choice.endWh === null ? undefined : { at: session.lastHeardAt.getTime(), energyWh: choice.endWh };
  return withoutRisesSoFar(told, end ? risesOver(rises, end, delivery) : rises, delivery);
}

/** The series that counts so far. */
function chosen({ roles, walks }: Pick<Session, 'roles' | 'walks'>): Choice {
  const read = new Map<Series, Read>();
  for (const [series, { at, wh, walk }] of Object.entries(walks))
    if (!INTERVALS.has(series) && series !== GIVEN_BACK) read.set(series, { at, firstWh: walk.from, lastWh: wh });
  return choose(roles, read);
}

/** What may have been charged so far; without a place nobody knows. */
function limitSoFar(session: Session, beliefs: Beliefs): number {
  const { maxPowerW, startedAt, startReceivedAt, lastHeardAt, lastReceivedAt, freeAt } = session;
  if (maxPowerW === null || startedAt === null || startReceivedAt === null) return Infinity;
  const times = { startedAt, endedAt: lastHeardAt, firstReceivedAt: startReceivedAt, lastReceivedAt, freeAt };
  return limitOf(times, maxPowerW, beliefs);
}

/** What its connector can have delivered at which time; without a place nobody knows. */
function deliverySoFar(session: Session, beliefs: Beliefs): Delivery | undefined {
  const { maxPowerW: maxW, startedAt, startReceivedAt, lastHeardAt, lastReceivedAt } = session;
  if (maxW === null || startedAt === null || startReceivedAt === null) return undefined;
  const [arrivedMs, stampedMs] = [+lastReceivedAt - +startReceivedAt, +lastHeardAt - +startedAt];
  const unstamped = unstampedMs(arrivedMs, stampedMs);
  return { maxW, mostW: beliefs.powerFactor * maxW, believedWh: beliefs.energyWh, unstampedMs: unstamped };
}

/** What is named begin and end, of each series; the very same where nothing is. */
function rolesWith(known: Roles, { type, data }: TransactionFact, samples: readonly Sample[]): Roles {
  const at = parseStationTime(data.at).getTime();
  let roles = known;
  for (const series of new Set(samples.filter(namesAny).flatMap(seriesOf))) {
    const begins = samples.map((sample) => valuesIn(sample, series, 'beginWh')).filter(({ length }) => length > 0);
    const ends = samples.map((sample) => valuesIn(sample, series, 'endWh')).filter(({ length }) => length > 0);
    const begin = begins.toSorted((a, b) => Math.max(...b) - Math.max(...a))[0] ?? [];
    for (const wh of begin) roles = withBegin(roles, series, { wh, at, stated: type === 'transaction-started' });
    // The gateway puts the register of a 1.6 stop, which has no sequence number, behind the data that come with it.
    const inOrder = data.seqNo === undefined ? ends : ends.toSorted((a, b) => Math.min(...b) - Math.min(...a));
    for (const wh of inOrder.at(-1) ?? [])
      roles = withEnd(roles, series, { wh, at, stated: type === 'transaction-ended' });
  }
  return roles;
}

function namesAny({ beginWh, endWh, registers }: Sample): boolean {
  return beginWh !== null || endWh !== null || registers !== null;
}

/** The readings that are newer than all before; a begin that comes late begins anew with the last of them. */
function followed(session: Session, samples: readonly Sample[], so: Possible): Walks {
  const { roles } = session;
  const { limitWh } = so;
  const clock = clockOf(session);
  let walks = session.walks;
  for (const [series, { begin }] of Object.entries(roles)) {
    const known = walks[series];
    if (!begin || !known || (known.walk.from === begin.wh && !known.walk.isRead)) continue;
    const walk = wentOn(walkFromBegin(begin.wh), known.wh, limitWh);
    const { rises: _rises, ...last } = known;
    walks = { ...walks, [series]: { ...last, walk, ...risenTo(undefined, session, { ...known, begin }, so) } };
  }
  for (const sample of samples) {
    const at = corrected(sample.at, clock).getTime();
    for (const series of seriesOf(sample)) {
      const [wh, ...others] = valuesIn(sample, series, 'energyWh');
      if (wh !== undefined) walks = withReading({ ...session, walks }, series, { at, wh, others }, so);
    }
    walks = withGivenBack(withIntervals(walks, sample, at, { since: session.startedAt, limitWh }), sample, at);
  }
  return walks;
}

/** Without a begin the first reading of the session is it. */
function withReading(
  session: Session,
  series: Series,
  { at, wh, others }: { at: number; wh: number; others: readonly number[] },
  so: Possible,
): Walks {
  const { walks, roles, startedAt } = session;
  const { limitWh } = so;
  const [begin, last] = [roles[series]?.begin, walks[series]];
  if (last && at < last.at) return walks;
  const earliest = earliestOf(begin, startedAt);
  if (at < earliest) return walks;
  const known = last && last.since >= earliest ? last : undefined;
  const before = known?.walk ?? (begin && walkFromBegin(begin.wh));
  const walk = before ? wentOn(before, wh, limitWh) : firstWalk(wh, new Date(at), startedAt);
  const rises = risenTo(known?.rises, session, { at, wh, begin }, so);
  const lowest = lowestOf(last, at, [wh, ...others]);
  return { ...walks, [series]: { at, wh, since: known?.since ?? at, walk, ...rises, ...lowest } };
}

function earliestOf(begin: Named | undefined, startedAt: Date | null): number {
  return begin || !startedAt ? -Infinity : startedAt.getTime() - CLOCKS_APART_MS;
}

/** What its rises are with a reading. */
function risenTo(
  known: Rises | undefined,
  { startedAt }: Session,
  { at, wh, begin }: { at: number; wh: number; begin: Named | undefined },
  { delivery }: Possible,
): Pick<Followed, 'rises'> {
  if (!delivery || startedAt === null) return known ? { rises: known } : {};
  const before = known ?? (begin && risesFrom({ at: startedAt.getTime(), energyWh: begin.wh }));
  return { rises: before ? risesOver(before, { at, energyWh: wh }, delivery) : risesFrom({ at, energyWh: wh }) };
}

function lowestOf(last: Followed | undefined, at: number, said: readonly number[]): Pick<Followed, 'lowestWh'> {
  const before = last?.at === at ? [last.wh, ...(last.lowestWh === undefined ? [] : [last.lowestWh])] : [];
  const all = [...before, ...said];
  const lowestWh = Math.min(...all);
  return lowestWh < Math.max(...all) ? { lowestWh } : {};
}

/** Sums of what flowed since the reading before, which make a register from 0. */
const INTERVALS: ReadonlySet<Series> = new Set(['interval', 'interval/aligned', 'interval/between']);
const OF_INTERVALS = { beginWh: 0, endWh: null, mixed: false };

/** What comes late or again is left to the end: while it runs it must not be counted twice. */
function withIntervals(
  walks: Walks,
  sample: Sample,
  at: number,
  { since, limitWh }: { since: Date | null; limitWh: number },
): Walks {
  if (since === null || at <= since.getTime()) return walks;
  let sums = walks;
  for (const [series, flowedWh] of [
    ['interval', sample.intervalWh],
    ['interval/aligned', sample.alignedWh],
    ['interval/between', betweenWhOf(sample)],
  ] as const) {
    const known = sums[series];
    if (flowedWh === null || (known && at <= known.at)) continue;
    const wh = (known?.wh ?? 0) + flowedWh;
    const walk = wentOn(known?.walk ?? walkFromBegin(0), wh, limitWh);
    sums = { ...sums, [series]: { at, wh, since: known?.since ?? at, walk } };
  }
  return sums;
}

function withGivenBack(walks: Walks, sample: Sample, at: number): Walks {
  const [known, wh] = [walks[GIVEN_BACK], registerBackOf(sample)];
  if (wh === null || (known && at < known.at)) return walks;
  return { ...walks, [GIVEN_BACK]: { at, wh, since: known?.since ?? at, walk: walkFromBegin(wh) } };
}

/** Of the two sums the one that tells of more: the other may be its last rest only. What was read out of turn may be in it. */
function summedUp({
  interval,
  'interval/aligned': aligned,
  'interval/between': between,
}: Walks): WalkOfBegins | undefined {
  return (aligned && aligned.wh > (interval?.wh ?? 0) ? aligned : (interval ?? between))?.walk;
}
