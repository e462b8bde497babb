import { Injectable } from '@nestjs/common';
import { CdrCorrectionRequested, CdrIssued, newEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, type Page, type QueryOf, problem, knownOperatorIds } from '@chargemesh/service';
import type { Static } from 'typebox';
import { v7 as uuidv7 } from 'uuid';
import type { Cdr } from './cdr.entity.js';
import { cdrsList } from './cdrs.list.js';
import type { CdrView, CorrectionView, ReplayView } from './cdrs.schema.js';
import { CdrsStore, type IssuedAfter } from './cdrs.store.js';

type View = Static<typeof CdrView>;

/** Of CDRs that are followed live, at the beginning. */
const NEWEST_SHOWN = 100;
/** CDRs that are told again in one transaction. */
const REPLAYED_AT_ONCE = 500;

/** CDRs as people and programs look at them. */
@Injectable()
export class CdrsService {
  constructor(
    private readonly database: Database,
    private readonly store: CdrsStore,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  list({ operatorId }: Pick<Caller, 'operatorId'>, query: QueryOf<typeof cdrsList>): Promise<Page<View>> {
    return this.database.transaction([operatorId], async (tx) => {
      const { rows, nextCursor } = await cdrsList.read(tx, operatorId, query);
      return { items: rows.map(await this.linked(tx, rows)), nextCursor };
    });
  }

  /** The newest, the newest last. */
  async newest(operatorId: string): Promise<View[]> {
    const { items } = await this.list({ operatorId }, { order: 'newest', limit: NEWEST_SHOWN });
    return items.reverse();
  }

  /** Those of these sessions that are the operator's. */
  ofSessions(operatorId: string, sessionIds: readonly string[]): Promise<View[]> {
    return this.database.transaction([operatorId], async (tx) => {
      const rows = await this.store.ofSessions(tx, sessionIds);
      return rows.map(await this.linked(tx, rows));
    });
  }

  get(caller: Caller, cdrId: string): Promise<View> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const cdr = await this.found(tx, cdrId);
      return (await this.linked(tx, [cdr]))(cdr);
    });
  }

  /** The facts are with the sessions service, which looks at them again and says what became of the session. */
  requestCorrection(caller: Caller, cdrId: string): Promise<Static<typeof CorrectionView>> {
    const { operatorId } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      const { sessionId, stationId, kind } = await this.found(tx, cdrId);
      await tx.lock([sessionId]);
      if (kind === 'credit' || (await this.store.followers(tx, [cdrId])).length > 0)
        throw problem('cdr-not-live', { cdrId });
      const now = this.clock.now();
      const requestedAt = now.toISOString();
      const about = { cdrId, sessionId, requestedAt };
      const id = uuidv7({ msecs: now.getTime() });
      const data = { ...about, correctionId: id, stationId };
      await this.outbox.add(tx, [newEvent(CdrCorrectionRequested, { operatorId, time: requestedAt, data })]);
      await this.audit.add(tx, caller, 'request-correction', 'cdr', cdrId, about);
      return { id, ...about };
    });
  }

  /** In batches; once more is as good, for readers drop what they know. */
  async replay(caller: Caller, since: string): Promise<Static<typeof ReplayView>> {
    const [from, until] = [new Date(since), new Date(this.clock.now().getTime() + 1)];
    const operators = caller.installation ? await this.database.transaction([], knownOperatorIds) : [caller.operatorId];
    let replayed = 0;
    for (const operatorId of operators)
      for (let after: IssuedAfter | undefined = { issuedAt: from, number: '' }; after;) {
        const told = await this.tellAgain(operatorId, after, until);
        replayed += told.length;
        after = told.at(REPLAYED_AT_ONCE - 1);
      }
    await this.database.transaction([caller.operatorId], (tx) =>
      this.audit.add(tx, caller, 'replay', 'cdr', since, { since, replayed }),
    );
    return { replayed };
  }

  private tellAgain(operatorId: string, after: IssuedAfter, until: Date): Promise<IssuedAfter[]> {
    return this.database.transaction([operatorId], async (tx) => {
      const issued = await this.store.issuedBetween(tx, operatorId, after, until, REPLAYED_AT_ONCE);
      const facts = issued.map(({ document: data }) => newEvent(CdrIssued, { operatorId, time: data.issuedAt, data }));
      await this.outbox.add(tx, facts);
      return issued;
    });
  }

  private async found(tx: Transaction, cdrId: string): Promise<Cdr> {
    const cdr = await this.store.find(tx, cdrId);
    if (!cdr) throw problem('not-found', { cdrId });
    return cdr;
  }

  /** How to show CDRs with links to what followed on them. */
  private async linked(tx: Transaction, cdrs: readonly Cdr[]): Promise<(cdr: Cdr) => View> {
    const followers = await this.store.followers(
      tx,
      cdrs.map(({ cdrId }) => cdrId),
    );
    const links = new Map<string, Pick<View, 'creditedByCdrId' | 'replacedByCdrId'>>();
    for (const { of, kind, cdrId } of followers) {
      const link = kind === 'credit' ? { creditedByCdrId: cdrId } : { replacedByCdrId: cdrId };
      links.set(of, { ...links.get(of), ...link });
    }
    return ({ document: { cdrId: id, ...members } }) => ({ id, ...members, ...links.get(id) });
  }
}
