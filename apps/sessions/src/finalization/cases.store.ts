import { Injectable } from '@nestjs/common';
import { Outbox } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import type { Sample } from '../meter/sample.js';
import { SessionsStore } from '../transactions/sessions.store.js';
import { type Whole, isWhole } from '../transactions/lifecycle.js';
import { ContextStore, type Known } from './context.store.js';
import type { Finalized } from './finalize.decide.js';
import { PlacesStore } from './places.store.js';
import { ProofsStore } from './proofs.store.js';
import { type Correctable, ReopeningStore } from './reopening.store.js';
import { SamplesStore } from './samples.store.js';

/** Signed values of one batch: about half a second of verifying. */
const SIGNED_VALUES = 500;

/** Whoever could not be had for so long is waited for. */
const LONG_DUE_MS = 60_000;

/** Sessions that are due and locked, and how many were found. */
interface Due {
  readonly found: number;
  readonly sessions: Whole[];
}

/** A session that is due, and all that decides on it. */
export interface Case {
  readonly session: Whole;
  readonly samples: readonly Sample[];
  readonly known: Known;
}

/** What is due with all that decides on it, and what becomes of it. */
@Injectable()
export class CasesStore {
  constructor(
    private readonly sessions: SessionsStore,
    private readonly samples: SamplesStore,
    private readonly context: ContextStore,
    private readonly places: PlacesStore,
    private readonly proofs: ProofsStore,
    private readonly reopening: ReopeningStore,
    private readonly outbox: Outbox,
  ) {}

  /**
   * What is due, under the locks of its stations, which the consumer of their events holds as well; and how much was found.
   * Nobody waits for a station while it holds others: one that is in use is noted as busy, and has its turn later.
   * @param busy stations that are left out, and to which those are added that are in use now
   */
  async lockDue(tx: Transaction, now: Date, limit: number, busy: Set<string>): Promise<Due> {
    const due = await this.sessions.findDue(tx, now, limit, busy);
    const locked = await tx.tryLock(due.map(({ stationId }) => stationId));
    for (const { stationId } of due) if (!locked.has(stationId)) busy.add(stationId);
    const free = due.filter(({ stationId }) => locked.has(stationId));
    return { found: due.length, sessions: await this.loadDue(tx, free, now) };
  }

  /** What has been due for long at one station, whose lock is waited for: it may be in use nearly all the time. */
  async lockLongDue(tx: Transaction, now: Date): Promise<Due> {
    const [longest] = await this.sessions.findDue(tx, new Date(now.getTime() - LONG_DUE_MS), 1, []);
    if (!longest) return { found: 0, sessions: [] };
    await tx.lock([longest.stationId]);
    const sessions = await this.loadDue(tx, [longest], now);
    return { found: sessions.length, sessions };
  }

  /** Versions count on above those that were told of a history that the database has lost: readers apply only higher ones. */
  private async loadDue(tx: Transaction, due: readonly { sessionId: string }[], now: Date): Promise<Whole[]> {
    if (due.length === 0) return [];
    const ids = due.map(({ sessionId }) => sessionId);
    const sessions = await this.sessions.loadDue(tx, ids, now);
    const [row] = await tx.query<{ base: number }>('SELECT timeline_base() AS base');
    return sessions.filter(isWhole).map((each) => ({ ...each, version: Math.max(each.version, row?.base ?? 0) }));
  }

  /** One by one as many of the sessions as are read at once; what the one before proved is known to the next. */
  async *read(tx: Transaction, sessions: readonly Whole[]): AsyncGenerator<Case> {
    if (sessions.length === 0) return;
    const read = withinBudget(await this.samples.read(tx, sessions));
    const placed = await this.places.find(
      tx,
      read.map(({ session }) => session),
    );
    const known = await this.context.read(
      tx,
      placed.map(({ session }) => session),
    );
    for (const [index, { session, isPlaceUnknown }] of placed.entries()) {
      const samples = read[index]?.samples ?? [];
      const signed = samples.flatMap((sample) => sample.signed ?? []);
      yield { session, samples, known: { ...(await known(session, signed)), isPlaceUnknown } };
    }
  }

  /** One that cannot be decided on, told as such. */
  async setAside(tx: Transaction, { session, fact }: Finalized): Promise<void> {
    await this.sessions.save(tx, [session]);
    if (fact) await this.outbox.add(tx, [fact]);
  }

  /** Leaves a session as it is until later. */
  async postpone(tx: Transaction, { sessionId }: Whole, until: Date): Promise<void> {
    await this.sessions.postpone(tx, sessionId, until);
  }

  /** Who could not be made final now keeps what proved it before. */
  async prove(tx: Transaction, { session, proof }: Finalized): Promise<void> {
    if (proof !== undefined) await this.proofs.put(tx, session, proof);
  }

  async save(tx: Transaction, results: readonly Finalized[], correctable: Correctable): Promise<void> {
    await this.sessions.save(
      tx,
      results.map(({ session }) => session),
    );
    const told = results.flatMap(({ session, fact }) => (fact ? [session.sessionId] : []));
    await this.reopening.beside(tx, told, correctable);
    await this.reopening.unread(tx, told, correctable);
    await this.outbox.add(
      tx,
      results.flatMap(({ fact }) => fact ?? []),
    );
  }
}

/** Signatures take long to verify: what has too many for one batch is left to the next, but for the first session. */
function withinBudget<Read extends { samples: readonly Sample[] }>(read: readonly Read[]): Read[] {
  let signed = 0;
  return read.filter(({ samples }, index) => {
    for (const sample of samples) signed += sample.signed?.length ?? 0;
    return index === 0 || signed <= SIGNED_VALUES;
  });
}
