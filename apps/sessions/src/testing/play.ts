import type { Event, QuarantineEvent, StationEvent } from '@chargemesh/contracts';
import { type Wish, decided, withDecision } from '../finalization/decisions.js';
import { type Beliefs, DEFAULT_BELIEFS } from '../finalization/limit.js';
import type { Proof } from '../finalization/proofs.js';
import type { MeterKey } from '../finalization/verified.js';
import { othersOf } from '../finalization/ended-by.js';
import { type Placed, isPlaceOpen, placedByEvidence, ranBeside } from '../finalization/place.js';
import type { KnownOfPlace } from '../finalization/context.store.js';
import { DOUBT_MS } from '../finalization/doubtful-time.js';
import { OPEN_UNTIL_NEXT } from '../finalization/registers-around.js';
import { finalize } from '../finalization/finalize.decide.js';
import {
  BOOTS_MAX,
  type FreeTimes,
  NEIGHBOURS_MAX,
  READ_MAX,
  isWithoutEnergy,
  isWithoutRegister,
  type Neighbours,
  type RegisterBefore,
  byStart,
  registerBefore,
  registersAround,
  toldByNeighbours,
} from '../finalization/neighbours.js';
import { BEFORE_MAX, BESIDE_MAX } from '../finalization/beside.store.js';
import type { Beside } from '../finalization/shared-meter.js';
import {
  NEXT_TO_MAX,
  type NextTo,
  UNSTARTED,
  UNSTARTED_MAX,
  type Unstarted,
  elsewhereOf,
  heardWithin,
} from '../finalization/unstarted.js';
import { type Sample, merged } from '../meter/sample.js';
import { earlier } from '../transactions/effective-time.js';
import { type ConnectorState, isReadWhileFree } from '../transactions/connector-states.js';
import type { Grouped } from '../transactions/groups.js';
import type { QuarantinedMessage } from '../transactions/quarantined.js';
import { type Session, keyOf } from '../transactions/session.js';
import { byOurClock } from '../transactions/station-clock.js';
import { type Whole, correctableSince, endOf, isWhole } from '../transactions/lifecycle.js';
import {
  type EndSignal,
  concerns,
  isFree,
  mayGoOnOver,
  ownEndSince,
  endSignalOf,
} from '../transactions/end-evidence.js';
import { BACK_MS } from '../transactions/free-times.store.js';
import { sessionIdOf } from '../transactions/session-id.js';
import type { ReferenceData } from '../transactions/snapshot.js';
import { decide } from '../transactions/transactions.decide.js';
import type { WaitingEnd } from '../transactions/waiting-ends.js';
import type { WaitingReadings } from '../transactions/waiting-readings.js';
import { referenceData } from './reference-data.js';

type KnownButProofs = Omit<KnownOfPlace, 'proofs'> & { isPlaceUnknown: boolean };

const IDLE_AFTER_S = 300;
const IDLE_POWER_W = 100;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const QUIET = { plainS: 5, gapS: 900, inferredS: 600, lateS: 900, lateDays: 30 };

/**
 * The rules without a database: what is decided of each batch is kept for the next. `inBoth` holds it together with the stores.
 */
export class Play {
  readonly told: Event[] = [];
  private readonly sessions = new Map<string, Session>();
  private readonly samples = new Map<string, Sample>();
  private readonly evidence = new Map<string, EndSignal>();
  private readonly freeTimes: EndSignal[] = [];
  private readonly connectors = new Map<string, ConnectorState>();
  private readonly quarantined = new Map<string, QuarantinedMessage>();
  private readonly waitingEnds = new Map<string, WaitingEnd>();
  private readonly readings = new Map<string, WaitingReadings>();
  private readonly proofs = new Map<string, Proof>();
  private now: Date;

  constructor(
    now: string,
    private readonly around: ReferenceData = referenceData(),
    private readonly keys: readonly MeterKey[] = [],
    private readonly beliefs: ReadonlyMap<string, Beliefs> = new Map(),
  ) {
    this.now = new Date(now);
  }

  /** Applies events as one batch. */
  batch(...events: (StationEvent | QuarantineEvent)[]): this {
    const decision = decide([...this.sessions.values()], events, {
      ...this.around,
      endSignals: [...this.evidence.values()],
      beliefs: this.beliefs,
      connectors: [...this.connectors.values()],
      quarantined: [...this.quarantined.values()],
      waitingEnds: [...this.waitingEnds.values()],
      waitingReadings: [...this.readings.values()],
      now: this.now,
      // In whatever order events come.
      newId: (about) => sessionIdOf(about, '2026-03-02T00:00:00Z'),
      idle: { afterS: IDLE_AFTER_S, powerW: IDLE_POWER_W },
      quiet: QUIET,
    });
    for (const session of [...decision.described, ...decision.advanced]) this.sessions.set(keyOf(session), session);
    for (const sample of decision.samples) {
      const key = `${sample.sessionId} ${sample.at.toISOString()}`;
      const known = this.samples.get(key);
      this.samples.set(key, known ? merged(known, sample) : sample);
    }
    this.freeTimes.push(
      ...events
        .flatMap((event) => ('quarantineId' in event.data ? [] : (endSignalOf(event as StationEvent) ?? [])))
        .filter(isFree),
    );
    for (const signal of decision.endSignals) this.evidence.set(`${signal.evseId}/${signal.connectorId}`, signal);
    for (const state of decision.connectors) this.connectors.set(`${state.evseId}/${state.connectorId}`, state);
    for (const message of decision.quarantined)
      this.quarantined.set(`${message.quarantineId}/${message.transactionId}`, message);
    for (const end of decision.ends.waiting) this.waitingEnds.set(end.quarantineId, end);
    for (const quarantineId of decision.ends.over) this.waitingEnds.delete(quarantineId);
    for (const one of decision.readings.waiting) this.readings.set(one.readingsId, one);
    for (const readingsId of decision.readings.over) this.readings.delete(readingsId);
    this.told.push(...decision.facts);
    return this;
  }

  /** Applies each event as a batch of its own. */
  each(...events: (StationEvent | QuarantineEvent)[]): this {
    for (const event of events) this.batch(event);
    return this;
  }

  /** Lets time pass, and makes final or corrects what is due then. */
  after(seconds: number): this {
    this.now = new Date(this.now.getTime() + seconds * 1_000);
    const due = this.all().filter(({ finalDueAt }) => finalDueAt !== null && finalDueAt <= this.now);
    const cases = due
      .map((session) => this.placed(session))
      .map((placed) => ({ ...placed, known: this.known(placed) }));
    const told = cases.filter(({ session, known }) => this.finalize(session, known));
    for (const { session } of told) {
      this.reopenBeside(session);
      this.reopenUnread(session);
    }
    return this;
  }

  /** Whether that is told. */
  private finalize(session: Whole, known: KnownButProofs): boolean {
    const samples = this.samplesOf(session);
    const proofs = [...this.proofs.values()].filter(({ sessionId }) => sessionId !== session.sessionId);
    const limits = { now: this.now, idleAfterS: IDLE_AFTER_S, idlePowerW: IDLE_POWER_W };
    const final = finalize(session, samples, { ...limits, ...known, proofs });
    this.sessions.set(keyOf(session), final.session);
    if (final.proof) this.proofs.set(session.sessionId, final.proof);
    else if (final.proof === null) this.proofs.delete(session.sessionId);
    if (final.fact) this.told.push(final.fact);
    return final.fact !== undefined;
  }

  /** What decides on a session beside its own facts, and what proved others. */
  known({ session, isPlaceUnknown }: Placed): KnownButProofs {
    const neighbours = this.neighboursOf(session);
    const before = registerBefore(session, neighbours);
    return {
      ...toldByNeighbours(session, neighbours, this.freeAround(session)),
      around: registersAround(neighbours, before, {
        session,
        elsewhereWh: before ? this.elsewhereWh(session, before) : 0,
        isReadWhileFree: isWithoutEnergy(session) && isReadWhileFree([...this.connectors.values()], session),
      }),
      keys: this.keys,
      beliefs: this.beliefs.get(session.operatorId) ?? DEFAULT_BELIEFS,
      freeAt: this.freeBefore(session),
      beside: this.besideOf(session),
      unstarted: this.unstartedBeside(session),
      isStationRead: isWithoutRegister(session) && this.isReadElsewhere(session),
      groupsOfEnds: this.groupsOfEnds(session),
      isPlaceUnknown,
    };
  }

  /** All sessions, whatever is known of them. */
  sessionsOf(): Session[] {
    return [...this.sessions.values()];
  }

  /** All that have begun and are placed, with what places them now. */
  all(): Whole[] {
    return [...this.sessions.values()].filter(isWhole);
  }

  /** By the rule of the store. */
  private reopenBeside({ evseId, sessionId }: Whole): void {
    const all = this.all()
      .filter((other) => other.evseId === evseId)
      .sort(byStart);
    const index = all.findIndex((other) => other.sessionId === sessionId);
    const [before, next] = [all[index - 1], all[index + 1]];
    if (next && this.isCorrected(next)) this.sessions.set(keyOf(next), { ...next, finalDueAt: this.now });
    if (before?.status === 'held' && before.hold?.reasons.some((reason) => OPEN_UNTIL_NEXT.includes(reason)))
      this.sessions.set(keyOf(before), { ...before, finalDueAt: this.now });
  }

  /** By the rule of the store. */
  private reopenUnread({ sessionId, evseId, startedAt }: Whole): void {
    const session = this.all().find((one) => one.sessionId === sessionId);
    const wh = session?.endWh ?? session?.walks[session.series]?.wh ?? 0;
    if (wh <= 0) return;
    const before = this.all().filter((other) => other.evseId === evseId && other.startedAt < startedAt);
    for (const one of lastBegun(before, NEIGHBOURS_MAX)) {
      const { decision, flags, beginWh, energyWh } = one;
      const isUnread = flags.includes('no-end-value') && beginWh === null && energyWh === 0;
      if (this.isCorrected(one) && !decision && isUnread)
        this.sessions.set(keyOf(one), { ...one, finalDueAt: this.now });
    }
  }

  private isCorrected({ status, lateSince, finalizedAt }: Session): boolean {
    const since = correctableSince(QUIET, this.now);
    return status === 'finalized' && lateSince === null && finalizedAt !== null && finalizedAt >= since;
  }

  /** Decides what is billed of a session. */
  decide(wish: Wish, transactionId = '1'): this {
    const session = this.session(transactionId);
    const outcome = decided(session, wish);
    if ('refused' in outcome) throw new Error(outcome.refused);
    const decision = { ...outcome, by: 'somebody', at: this.now.toISOString() };
    this.sessions.set(keyOf(session), withDecision(session, decision, this.now));
    return this.after(0);
  }

  /** A session where the evidence of connectors and of other sessions places it. */
  placed(session: Whole): Placed {
    const station = this.around.stations.get(session.stationId);
    if (!station || !isPlaceOpen(session)) return { session, isPlaceUnknown: false };
    const others = [...this.sessions.values()].filter(({ sessionId }) => sessionId !== session.sessionId);
    const connectors = [...this.connectors.values()];
    return placedByEvidence(session, {
      station,
      connectors,
      others: others.filter((other) => ranBeside(session, other)),
    });
  }

  /** By the rule of the store. */
  private freeBefore(session: Whole): Date | null {
    const known = firstOfMinutes(this.freeTimes).filter(
      (signal) => signal.at <= session.startReceivedAt && concerns(signal, session),
    );
    const { endedAt } = endOf(session);
    const ownEnd = ownEndSince({ ...session, endedAt });
    const before = known.filter(
      ({ at }) =>
        at <= earlier(session.startReceivedAt, endedAt) && (ownEnd === null || at <= ownEnd || at <= session.startedAt),
    );
    const isTelling = (signal: EndSignal): boolean => !mayGoOnOver(signal, session.startedAt);
    const inTurn = [before.filter(isTelling), before, known.filter(isTelling), known];
    const signals = inTurn.find(({ length }) => length > 0) ?? [];
    return signals.length > 0 ? new Date(Math.max(...signals.map(({ at }) => at.getTime()))) : null;
  }

  /** What ran meanwhile at other EVSEs by registers that may be the same; by the rule of the store. */
  private besideOf(session: Whole): Beside[] {
    const { sessionId, evseId, startedAt, series, beginWh } = session;
    const lastWh = lastOf(session) ?? 0;
    const until = endOf(session).endedAt;
    if (beginWh === null || beginWh <= 0) return [];
    const others = this.all()
      .filter((other) => other.sessionId !== sessionId && other.evseId !== evseId && other.series === series)
      .filter((other) => other.startedAt < until && (other.endedAt === null || other.endedAt > startedAt))
      .filter((other) => (other.beginWh ?? 0) > 0 && (other.beginWh ?? 0) <= lastWh && (lastOf(other) ?? 0) >= beginWh);
    return lastBegun(others, BESIDE_MAX).map((other) => {
      const began = earlier(other.startedAt, startedAt);
      const over = this.all().filter(({ endedAt }) => endedAt !== null && endedAt <= began);
      const before = lastBegun(
        over.filter((one) => one.series === series && one.startedAt < began),
        BEFORE_MAX,
      );
      const registers = before.flatMap(({ endWh }) => endWh ?? []);
      return { samples: this.samplesOf(other), endedAtWh: registers.length > 0 ? Math.max(...registers) : null };
    });
  }

  /** By the rule of the store. */
  private unstartedBeside(session: Whole): Unstarted[] {
    const { heardSince, heardUntil } = heardWithin({ ...session, ...endOf(session) });
    return this.sessionsOf()
      .filter((other) => other.startedAt === null && other.lastFactAt > heardSince && other.firstFactAt < heardUntil)
      .toSorted((a, b) => b.lastFactAt.getTime() - a.lastFactAt.getTime())
      .slice(0, UNSTARTED_MAX)
      .map((other) => {
        const one = Object.fromEntries(UNSTARTED.map((property) => [property, other[property]])) as Omit<
          Unstarted,
          'elsewhere'
        >;
        const nextTo = other.evseId === null ? this.nextTo(session, other) : [];
        return { ...one, elsewhere: elsewhereOf({ lastFactAt: byOurClock(session)(other.lastFactAt) }, nextTo) };
      });
  }

  /** By the rule of the store. */
  private nextTo(session: Whole, { lastFactAt }: Session): NextTo[] {
    const own = session.evseId;
    if (own === null) return [];
    const at = byOurClock(session)(lastFactAt);
    const others = this.sessionsOf()
      .flatMap(({ startedAt, evseId, ...one }) => {
        if (startedAt === null || evseId === null || evseId === own) return [];
        return [{ ...one, startedAt, evseId, wh: lastOf(one), isLater: startedAt >= at }];
      })
      .sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime() || (a.transactionId < b.transactionId ? -1 : 1));
    const [before, after] = [others.filter(({ isLater }) => !isLater), others.filter(({ isLater }) => isLater)];
    return [...before.slice(-NEXT_TO_MAX), ...after.slice(0, NEXT_TO_MAX)];
  }

  /** By the rule of the store. */
  private isReadElsewhere({ evseId, startedAt }: Whole): boolean {
    const before = this.sessionsOf().filter((other) => other.startedAt !== null && other.startedAt < startedAt);
    const last = before.toSorted((a, b) => Number(b.startedAt) - Number(a.startedAt)).slice(0, READ_MAX);
    return last.some((other) => {
      const wh = other.endWh ?? other.walks[other.series]?.wh ?? 0;
      return other.evseId !== null && other.evseId !== evseId && wh > 0;
    });
  }

  private samplesOf(session: Whole): Sample[] {
    const own = [...this.samples.values()].filter(({ sessionId }) => sessionId === session.sessionId);
    return own.sort((a, b) => a.at.getTime() - b.at.getTime());
  }

  private groupsOfEnds(session: Whole): ReadonlyMap<string, Grouped> {
    return new Map(
      othersOf(session).flatMap((uid): [string, Grouped][] => {
        const token = this.around.tokens.get(`${session.operatorId}/${uid}`);
        return token ? [[uid, token]] : [];
      }),
    );
  }

  private neighboursOf(session: Whole): Neighbours {
    const others = this.all()
      .filter(({ sessionId, evseId }) => sessionId !== session.sessionId && evseId === session.evseId)
      .sort(byStart);
    const [before, after] = [
      others.filter((other) => byStart(other, session) < 0),
      others.filter((other) => byStart(other, session) > 0),
    ];
    return { before: before.slice(-NEIGHBOURS_MAX), after: after.slice(0, NEIGHBOURS_MAX) };
  }

  /** By the rule of the store. */
  private freeAround(session: Whole): FreeTimes {
    const { startedAt, lastHeardAt, lastReceivedAt, firstEndAt, endClaimedAt, endReceivedAt } = session;
    const known = this.freeTimes.filter((signal) => concerns(signal, session)).map(toTheMinute);
    const times = (isOfConnector: boolean, counts: (at: Date) => boolean): Date | null =>
      first(known.filter(({ evseId, at }) => (evseId !== 0) === isOfConnector && counts(at)).map(({ at }) => at));
    const justBefore = firstEndAt && new Date(toMinute(firstEndAt).getTime() - MINUTE_MS);
    const between =
      justBefore && endClaimedAt && times(true, (at) => at >= startedAt && at >= justBefore && at < endClaimedAt);
    const isBootBefore = ({ evseId, stationId, at }: EndSignal, end: Date): boolean =>
      evseId === 0 && stationId === session.stationId && at <= end && end.getTime() - toMinute(at).getTime() < HOUR_MS;
    const boots = this.freeTimes.filter((signal) => endReceivedAt !== null && isBootBefore(signal, endReceivedAt));
    return {
      bootedBeforeEnd: boots.length > 0 ? new Date(Math.max(...boots.map(({ at }) => at.getTime()))) : null,
      freeAt: times(true, (at) => at > lastHeardAt),
      bootedAt: times(false, (at) => at > lastReceivedAt),
      freeBetween: between && new Date(between.getTime() + MINUTE_MS),
      freeBeforeEnd: this.freeBeforeEnd(session),
      boots: this.boots(session),
    };
  }

  /** By the rule of the store. */
  private boots({ stationId, startedAt, endClaimedAt, lastHeardAt }: Whole): Date[] {
    const all = this.freeTimes.filter((signal) => signal.evseId === 0 && signal.stationId === stationId);
    const within = firstOfMinutes(all).filter(
      ({ at }) => toMinute(at) > startedAt && toMinute(at) < (endClaimedAt ?? lastHeardAt),
    );
    const times = within.map(({ at }) => at).toSorted((a, b) => b.getTime() - a.getTime());
    return times.slice(0, BOOTS_MAX);
  }

  /** By the rule of the store. */
  private freeBeforeEnd(session: Whole): Date | null {
    const { startedAt, firstEndAt, endClaimedAt } = session;
    const until = ((firstEndAt ?? endClaimedAt)?.getTime() ?? 0) - DOUBT_MS;
    const isBefore = ({ at }: { at: Date }): boolean => toMinute(at) > startedAt && toMinute(at).getTime() < until;
    const boots = this.freeTimes.filter(({ evseId, stationId }) => evseId === 0 && stationId === session.stationId);
    const isBack = ({ at }: EndSignal): boolean =>
      boots.some((boot) => toMinute(boot.at) <= toMinute(at) && +toMinute(at) - +toMinute(boot.at) <= BACK_MS);
    const isOfIts = (signal: EndSignal): boolean =>
      signal.evseId !== 0 && session.connectorId !== null && concerns(signal, session);
    const known = this.freeTimes.filter((signal) => isOfIts(signal) && isBefore(signal) && !isBack(signal));
    return known.length > 0 ? new Date(Math.max(...known.map(({ at }) => at.getTime()))) : null;
  }

  /** What was charged elsewhere at its station between a register and the begin of a session; by the rule of the store. */
  private elsewhereWh({ evseId, startedAt, beginWh }: Whole, before: RegisterBefore): number {
    const others = this.all().filter(
      (other) =>
        other.evseId !== evseId &&
        other.series === before.series &&
        other.startedAt < startedAt &&
        (other.endedAt === null || other.endedAt > before.since),
    );
    return others.reduce((sum, other) => sum + betweenWh(other, before.wh, beginWh ?? Infinity), 0);
  }

  session(transactionId = '1'): Session {
    const found = [...this.sessions.values()].find((session) => session.transactionId === transactionId);
    if (!found) throw new Error(`there is no session ${transactionId}`);
    return found;
  }

  /** Keeps a session as it is given, as another process would have. */
  put(session: Session): this {
    this.sessions.set(keyOf(session), session);
    return this;
  }

  /** What connectors said that no session took. */
  waitingWords(): ConnectorState['words'] {
    return [...this.connectors.values()].flatMap(({ words }) => words);
  }

  /** How many messages wait for the start of what they read. */
  waitingReadings(): number {
    return this.readings.size;
  }

  knows(transactionId: string): boolean {
    return [...this.sessions.values()].some((session) => session.transactionId === transactionId);
  }

  /** What was told of a kind, in order. */
  of(type: string): Record<string, unknown>[] {
    return this.told.filter((event) => event.type === type).map(({ data }) => data);
  }
}

function betweenWh({ energyWh, beginWh, endWh }: Session, from: number, to: number): number {
  if (beginWh === null) return energyWh;
  const betweenWh = Math.min(endWh ?? beginWh + energyWh, to) - Math.max(beginWh, from);
  return Math.min(energyWh, Math.max(0, betweenWh));
}

function lastBegun(sessions: readonly Whole[], most: number): Whole[] {
  return sessions.toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime()).slice(0, most);
}

/** The last register that is known of a session. */
function lastOf({
  endWh,
  walks,
  series,
  beginWh,
}: Pick<Session, 'endWh' | 'walks' | 'series' | 'beginWh'>): number | null {
  return endWh ?? walks[series]?.wh ?? beginWh;
}

/** Of each minute and connector what was said first. */
function firstOfMinutes(signals: readonly EndSignal[]): EndSignal[] {
  const firsts = new Map<string, EndSignal>();
  for (const signal of signals) {
    const { evseId, connectorId, at } = toTheMinute(signal);
    const key = `${evseId}/${connectorId} ${at.toISOString()}`;
    const known = firsts.get(key);
    if (!known || signal.at < known.at) firsts.set(key, signal);
  }
  return [...firsts.values()];
}

function toTheMinute(signal: EndSignal): EndSignal {
  return { ...signal, at: toMinute(signal.at) };
}

function toMinute(at: Date): Date {
  return new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS);
}

function first(times: readonly Date[]): Date | null {
  return times.reduce<Date | null>((at, time) => (at && at <= time ? at : time), null);
}
