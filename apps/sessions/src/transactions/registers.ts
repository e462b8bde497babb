import { type Beliefs, limitOf } from '../finalization/limit.js';
import { type Walk, toldBy, walkFrom, walked } from '../finalization/register-walk.js';
import type { Sample } from '../meter/sample.js';
import { moment } from './effective-time.js';
import type { TransactionFact } from './facts.js';
import type { Session } from './session.js';

/** A register that a message names as that of the begin or the end. */
interface Named {
  readonly wh: number;
  readonly at: Date;
  /** Whether the message of the start, or of the end, says it: what others repeat may be rounded. */
  readonly stated: boolean;
}

type Registers = Pick<
  Session,
  'beginWh' | 'beginAt' | 'beginStated' | 'endWh' | 'endAt' | 'endStated' | 'lastRegisterAt' | 'lastRegisterWh' | 'walk'
>;

/**
 * What the registers of a fact add. Begin and end are by role, whatever their stamps say and whichever came first. The
 * readings in between are followed in the order of their coming, for the running energy; what is billed is decided at
 * the end from all of them.
 */
export function registersOf(
  session: Session,
  { type, data }: TransactionFact,
  samples: readonly Sample[],
  beliefs: Beliefs,
): Registers {
  const at = moment(data.at);
  const begins = samples.flatMap(({ beginWh }) => beginWh ?? []);
  const ends = samples.flatMap(({ endWh }) => endWh ?? []);
  // The gateway puts the register of a 1.6 stop, which has no sequence number, behind the data that come with it.
  const endWh = data.seqNo === undefined ? ends.at(-1) : least(ends);
  const begin =
    begins.length === 0 ? undefined : { wh: Math.max(...begins), at, stated: type === 'transaction-started' };
  const end = endWh === undefined ? undefined : { wh: endWh, at, stated: type === 'transaction-ended' };
  const roles = { ...withBegin(session, begin), ...withEnd(session, end) };
  return { ...roles, ...followed(session, roles.beginWh, samples, limitSoFar(session, beliefs)) };
}

/** The session with its energy so far: what would be billed or, where it would be held, what is certain. */
export function withRunningEnergy(session: Session, beliefs: Beliefs): Session {
  const { beginWh, endWh, walk } = session;
  const limitWh = limitSoFar(session, beliefs);
  const { energyWh } = toldBy(walk ?? undefined, { beginWh, endWh, limitWh });
  return { ...session, energyWh: Math.round(energyWh) };
}

/** What may have been charged so far; without a place nobody knows. */
function limitSoFar(session: Session, beliefs: Beliefs): number {
  const { maxPowerW, startedAt, startReceivedAt, lastHeardAt, lastReceivedAt, freeAt } = session;
  if (maxPowerW === null || startedAt === null || startReceivedAt === null) return Infinity;
  const times = { startedAt, endedAt: lastHeardAt, firstReceivedAt: startReceivedAt, lastReceivedAt, freeAt };
  return limitOf(times, maxPowerW, beliefs);
}

/** Of two begins that of the start's own message counts, then the earlier, then the higher. */
function withBegin(session: Session, named: Named | undefined): Pick<Session, 'beginWh' | 'beginAt' | 'beginStated'> {
  const { beginWh, beginAt, beginStated } = session;
  if (
    !named ||
    (beginWh !== null && beginAt !== null && !isBegin(named, { wh: beginWh, at: beginAt, stated: beginStated }))
  )
    return { beginWh, beginAt, beginStated };
  return { beginWh: named.wh, beginAt: named.at, beginStated: named.stated };
}

function isBegin(a: Named, b: Named): boolean {
  if (a.stated !== b.stated) return a.stated;
  return a.at.getTime() === b.at.getTime() ? a.wh > b.wh : a.at < b.at;
}

/** Of two ends that of the end's own message counts, then the later, then the lower. */
function withEnd(session: Session, named: Named | undefined): Pick<Session, 'endWh' | 'endAt' | 'endStated'> {
  const { endWh, endAt, endStated } = session;
  if (!named || (endWh !== null && endAt !== null && !isEnd(named, { wh: endWh, at: endAt, stated: endStated })))
    return { endWh, endAt, endStated };
  return { endWh: named.wh, endAt: named.at, endStated: named.stated };
}

function isEnd(a: Named, b: Named): boolean {
  if (a.stated !== b.stated) return a.stated;
  return a.at.getTime() === b.at.getTime() ? a.wh < b.wh : a.at > b.at;
}

/** The readings that are newer than all before; a begin that comes late begins anew with the last of them. */
function followed(
  session: Session,
  beginWh: number | null,
  samples: readonly Sample[],
  limitWh: number,
): Pick<Session, 'lastRegisterAt' | 'lastRegisterWh' | 'walk'> {
  let { lastRegisterAt, lastRegisterWh, walk } = session;
  if (beginWh !== null && walk?.from !== beginWh) {
    walk = walkFrom(beginWh);
    if (lastRegisterWh !== null) walk = walked(walk, lastRegisterWh, limitWh);
  }
  for (const { at, energyWh } of samples) {
    if (energyWh === null || (lastRegisterAt !== null && at < lastRegisterAt)) continue;
    walk = next(walk, energyWh, limitWh);
    [lastRegisterAt, lastRegisterWh] = [at, energyWh];
  }
  return { lastRegisterAt, lastRegisterWh, walk };
}

/** Without a begin the first reading is it. */
function next(walk: Walk | null, register: number, limitWh: number): Walk {
  return walk ? walked(walk, register, limitWh) : walkFrom(register);
}

function least(registers: readonly number[]): number | undefined {
  return registers.length === 0 ? undefined : Math.min(...registers);
}
