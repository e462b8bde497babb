import type { Event, QuarantineEvent, StationEvent } from '@chargemesh/contracts';
import { type Wish, decided, withDecision } from '../finalization/decisions.js';
import { type Beliefs, DEFAULT_BELIEFS } from '../finalization/limit.js';
import type { Proof } from '../finalization/proofs.js';
import type { MeterKey } from '../finalization/verified.js';
import { othersOf } from '../finalization/ended-by.js';
import type { Freed } from '../finalization/freed.js';
import { type Placed, isPlaceOpen, placedByEvidence, ranBeside } from '../finalization/place.js';
import { type RegisterAt, type RegistersAround, WENT_ON } from '../finalization/registers-around.js';
import { REGISTERS_OVERLAP, type RegisterSpan, type RegisterSpans } from '../finalization/registers-overlap.js';
import { finalize } from '../finalization/finalize.decide.js';
import { type Neighbour, neighbourOf } from '../finalization/overlap.js';
import type { Beside } from '../finalization/shared-meter.js';
import { type Sample, merged } from '../meter/sample.js';
import { earlier } from '../transactions/effective-time.js';
import type { ConnectorState } from '../transactions/connector-states.js';
import type { Grouped } from '../transactions/groups.js';
import type { QuarantinedMessage } from '../transactions/quarantined.js';
import { type Session, keyOf } from '../transactions/session.js';
import { type Whole, endOf, isWhole, runUntil } from '../transactions/lifecycle.js';
import {
  type EndSignal,
  concerns,
  isFree,
  mayGoOnOver,
  ownEndSince,
  endSignalOf,
} from '../transactions/end-evidence.js';
import type { ReferenceData } from '../transactions/snapshot.js';
import { decide } from '../transactions/transactions.decide.js';
import type { WaitingEnd } from '../transactions/waiting-ends.js';
import type { WaitingReadings } from '../transactions/waiting-readings.js';
import { referenceData } from './reference-data.js';

const IDLE_AFTER_S = 300;
const IDLE_POWER_W = 100;
const MINUTE_MS = 60_000;

/** The rules without a database: what is decided of each batch is kept for the next. */
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
  private ids = 0;

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
      newId: () => `01930000-0000-7000-8000-${String(++this.ids).padStart(12, '0')}`,
      idle: { afterS: IDLE_AFTER_S, powerW: IDLE_POWER_W },
      quiet: { plainS: 5, gapS: 900, inferredS: 600, lateS: 900, lateDays: 30 },
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
    for (const due of this.sessions.values()) {
      if (due.finalDueAt === null || !isWhole(due) || due.finalDueAt > this.now) continue;
      const { session, isPlaceUnknown } = this.placed(due);
      const samples = [...this.samples.values()].filter(({ sessionId }) => sessionId === session.sessionId);
      const final = finalize(session, samples, {
        now: this.now,
        idleAfterS: IDLE_AFTER_S,
        idlePowerW: IDLE_POWER_W,
        keys: this.keys,
        proofs: [...this.proofs.values()].filter(({ sessionId }) => sessionId !== session.sessionId),
        beliefs: this.beliefs.get(session.operatorId) ?? DEFAULT_BELIEFS,
        freeAt: this.freeBefore(session),
        emptyAt: this.endBefore(session),
        freed: this.freedAfter(session),
        begunWithin: this.begunWithin(session),
        ranInto: this.ranInto(session),
        beside: this.besideOf(session),
        freeBetween: this.freeBetweenEnds(session),
        around: this.registersAround(session),
        stretches: this.stretches(session),
        groupsOfEnds: this.groupsOfEnds(session),
        isPlaceUnknown,
      });
      this.sessions.set(keyOf(session), final.session);
      if (final.proof) this.proofs.set(session.sessionId, final.proof);
      else if (final.proof === null) this.proofs.delete(session.sessionId);
      if (final.fact) this.told.push(final.fact);
    }
    return this;
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

  private placed(session: Whole): Placed {
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
    const known = this.freeTimes
      .filter((signal) => signal.at <= session.startReceivedAt && concerns(signal, session))
      .map((signal) => ({ ...signal, at: new Date(Math.floor(signal.at.getTime() / MINUTE_MS) * MINUTE_MS) }));
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

  private endBefore(session: Whole): Date | null {
    const before = this.besides(session).filter(({ startedAt }) => startedAt < session.startedAt);
    const last = before.sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime())[0]?.endedAt;
    return last && last <= session.startedAt ? last : null;
  }

  private begunWithin(session: Whole): Neighbour[] {
    const until = runUntil({ ...session, ...endOf(session) });
    return this.besides(session)
      .filter((other) => isNext(session, other) && other.startedAt < until)
      .map((other) => neighbourOf({ ...other, endedAt: other.endedAt ?? other.startedAt }));
  }

  private ranInto(session: Whole): Neighbour[] {
    return this.besides(session)
      .filter((other) => isNext(other, session) && other.status === 'finalized')
      .filter(({ flags }) => !flags.includes('sessions-overlap'))
      .map((other) => neighbourOf({ ...other, endedAt: other.endedAt ?? other.startedAt }))
      .filter(({ ranUntil }) => ranUntil > session.startedAt);
  }

  /** What ran meanwhile at other connectors; of all of them, whatever their registers are. */
  private besideOf(session: Whole): Beside[] {
    const until = endOf(session).endedAt;
    const all = [...this.sessions.values()].filter(isWhole);
    const others = all.filter(
      ({ sessionId, evseId, startedAt, endedAt, beginWh, series }) =>
        sessionId !== session.sessionId &&
        evseId !== session.evseId &&
        startedAt < until &&
        (endedAt === null || endedAt > session.startedAt) &&
        series === session.series &&
        (beginWh ?? 0) > 0 &&
        (session.beginWh ?? 0) > 0,
    );
    return others.map(({ sessionId, startedAt }) => {
      const began = earlier(startedAt, session.startedAt);
      const before = all.filter(({ endedAt }) => endedAt !== null && endedAt <= began);
      const registers = before.flatMap(({ endWh }) => endWh ?? []);
      const samples = [...this.samples.values()].filter((sample) => sample.sessionId === sessionId);
      return { samples, endedAtWh: registers.length > 0 ? Math.max(...registers) : null };
    });
  }

  private freeBetweenEnds(session: Whole): Date | null {
    const { firstEndAt, endClaimedAt } = session;
    if (!firstEndAt || !endClaimedAt) return null;
    const [from, until] = [firstEndAt.getTime(), endClaimedAt.getTime()];
    const minutes = this.freeTimes
      .filter((signal) => signal.evseId !== 0 && concerns(signal, session))
      .map(({ at }) => Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS)
      .filter((at) => at >= session.startedAt.getTime() && at < until)
      .filter((at) => at >= Math.floor(from / MINUTE_MS) * MINUTE_MS - MINUTE_MS)
      .map((at) => new Date(at + MINUTE_MS));
    const begun = this.besides(session).map(({ startedAt }) => startedAt);
    return first([...minutes, ...begun.filter((at) => at.getTime() >= from && at.getTime() < until)]);
  }

  private groupsOfEnds(session: Whole): ReadonlyMap<string, Grouped> {
    return new Map(
      othersOf(session).flatMap((uid): [string, Grouped][] => {
        const token = this.around.tokens.get(`${session.operatorId}/${uid}`);
        return token ? [[uid, token]] : [];
      }),
    );
  }

  private freedAfter(session: Whole): Freed {
    const { lastHeardAt, lastReceivedAt } = session;
    const signals = this.freeTimes
      .filter((signal) => concerns(signal, session))
      .map((signal) => ({ ...signal, at: new Date(Math.floor(signal.at.getTime() / MINUTE_MS) * MINUTE_MS) }));
    const others = [
      ...signals.filter(({ evseId, at }) => evseId === 0 && at > lastReceivedAt).map(({ at }) => at),
      ...this.besides(session).flatMap(({ startedAt }) => (startedAt > lastHeardAt ? startedAt : [])),
    ];
    const free = signals.filter(({ evseId, at }) => evseId !== 0 && at > lastHeardAt).map(({ at }) => at);
    return { freeAt: first(free), overtakenAt: first(others) };
  }

  private registersAround(session: Whole): RegistersAround {
    const besides = this.besides(session).sort((a, b) => (isNext(a, b) ? -1 : 1));
    const next = besides.find(
      (other) => isNext(session, other) && (other.beginWh !== null || registerOf(other) !== null),
    );
    const before = besides.findLast((other) => isNext(other, session) && registerOf(other) !== null);
    return {
      before: before && isSettled(before) ? this.withOthers(before, session) : null,
      next: next?.beginWh == null ? null : { series: next.series, wh: next.beginWh, at: next.startedAt },
    };
  }

  private stretches(session: Whole): RegisterSpans {
    const besides = this.besides(session).sort((a, b) => (isNext(a, b) ? -1 : 1));
    return {
      before: besides.filter((other) => isNext(other, session)).map(stretchOf),
      after: besides.filter((other) => isNext(session, other)).map(stretchOf),
    };
  }

  /** The register at the end of a session, with what was charged elsewhere at its station until another one began. */
  private withOthers(before: Whole, { sessionId, evseId, startedAt, beginWh }: Whole): RegisterAt {
    const wh = registerOf(before) ?? 0;
    const at = before.endClaimedAt === null ? before.lastHeardAt : (before.endedAt ?? before.lastHeardAt);
    const from = earlier(before.energyWh > 0 ? (before.risenAt ?? before.startedAt) : before.startedAt, at);
    const others = [...this.sessions.values()].filter(isWhole).filter((other) => {
      const isElsewhere = other.evseId !== evseId && other.sessionId !== sessionId;
      const isMeanwhile = other.startedAt < startedAt && (other.endedAt === null || other.endedAt > from);
      return isElsewhere && isMeanwhile && other.series === before.series;
    });
    const othersWh = others.reduce((sum, other) => sum + betweenWh(other, wh, beginWh ?? Infinity), 0);
    return { series: before.series, wh: wh + othersWh, at: from };
  }

  /** Other sessions at its EVSE. */
  private besides({ sessionId, evseId }: Whole): Whole[] {
    return [...this.sessions.values()]
      .filter(isWhole)
      .filter((other) => other.sessionId !== sessionId && other.evseId === evseId);
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

function stretchOf(session: Whole): RegisterSpan {
  const { energyWh, beginWh, walks, series, flags, hold, status, startedAt, endedAt } = session;
  const isHeld = status === 'held' && hold?.reasons.includes(REGISTERS_OVERLAP) === true;
  return {
    ...neighbourOf({ ...session, endedAt: endedAt ?? startedAt }),
    ...{ energyWh, fromWh: beginWh ?? walks[series]?.walk.from ?? null, isSeen: isHeld || flags.includes('decided') },
  };
}

function betweenWh({ energyWh, beginWh, endWh }: Session, from: number, to: number): number {
  if (beginWh === null) return energyWh;
  const betweenWh = Math.min(endWh ?? beginWh + energyWh, to) - Math.max(beginWh, from);
  return Math.min(energyWh, Math.max(0, betweenWh));
}

function registerOf({ endWh, walks, series }: Session): number | null {
  return endWh ?? walks[series]?.wh ?? null;
}

function isSettled({ status, endWh, flags }: Session): boolean {
  if (endWh !== null) return true;
  return status === 'finalized' && !flags.includes('decided') && !flags.includes(WENT_ON);
}

function isNext(session: Whole, { startedAt, startReceivedAt, transactionId }: Whole): boolean {
  const apartMs = startedAt.getTime() - session.startedAt.getTime();
  const laterMs = startReceivedAt.getTime() - session.startReceivedAt.getTime();
  return (apartMs || laterMs || (transactionId > session.transactionId ? 1 : 0)) > 0;
}

function first(times: readonly Date[]): Date | null {
  return times.reduce<Date | null>((at, time) => (at && at <= time ? at : time), null);
}
