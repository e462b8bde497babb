import { Injectable } from '@nestjs/common';
import { type Party, versionNumbers } from '@chargemesh/ocpi';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, KnownOperators, type Page, type QueryOf, problem } from '@chargemesh/service';
import { CdrPush, type Told } from './cdr-push.service.js';
import { creditedBy } from './cdrs.decide.js';
import { CdrsStore } from './cdrs.store.js';
import type { HeldCdrView } from './held-cdrs.schema.js';
import { type HeldDecision, type HeldRow, HeldCdrsStore } from './held-cdrs.store.js';
import { heldCdrsList } from './held-cdrs.list.js';
import { type CdrCheck, checkCdr } from './cdr-check.decide.js';

/** What people do with CDRs that are not sent to partners. */
@Injectable()
export class HeldCdrsService {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly operators: KnownOperators,
    private readonly cdrs: CdrsStore,
    private readonly store: HeldCdrsStore,
    private readonly push: CdrPush,
  ) {}

  list({ operatorId }: Caller, query: QueryOf<typeof heldCdrsList>): Promise<Page<HeldCdrView>> {
    return this.database.transaction([operatorId], (tx) => heldCdrsList.page(tx, operatorId, query, viewOf));
  }

  /** Checks one again, and what takes it back; what can be sent now is sent. */
  check(caller: Caller, cdrId: string): Promise<HeldCdrView> {
    return this.decide(caller, cdrId, 'check', async (tx, row, cpo) => {
      const held = await this.cdrs.heldAmong(tx, creditedBy([row.cdr]));
      const found = checkCdr(row.cdr, cpo, held.get(row.cdr.creditReferenceId ?? ''));
      await this.store.save(tx, [{ cdrId, ...found }]);
      return { ...row, held: found.held };
    });
  }

  /** Sends one as it is, in the versions that it is held in, as exact as can be told. */
  release(caller: Caller, cdrId: string, note: string): Promise<HeldCdrView> {
    return this.decide(caller, cdrId, 'release', async (tx, row, cpo) => {
      const found = checkCdr(row.cdr, cpo);
      const all = Object.fromEntries(versionNumbers.map((version) => [version, '9' as const]));
      const asItIs: CdrCheck = { ...found, precisions: { ...all, ...found.precisions }, held: {} };
      await this.store.save(tx, [{ cdrId, ...asItIs }]);
      return this.decided(tx, caller, row, 'released', note);
    });
  }

  /** Never sends one. What takes it back stays held as well. */
  drop(caller: Caller, cdrId: string, note: string): Promise<HeldCdrView> {
    return this.decide(caller, cdrId, 'drop', (tx, row) => this.decided(tx, caller, row, 'dropped', note));
  }

  private decide(
    caller: Caller,
    cdrId: string,
    action: 'check' | 'release' | 'drop',
    work: (tx: Transaction, row: HeldRow, cpo: Party) => Promise<HeldRow>,
  ): Promise<HeldCdrView> {
    const { operatorId } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      const cpo = await this.operators.get(operatorId, tx);
      await this.cdrs.lockOrder(tx, [operatorId]);
      const row = await this.store.lock(tx, operatorId, cdrId);
      if (!row || !cpo) throw problem('not-found', { cdrId });
      const after = await work(tx, row, cpo);
      await this.audit.add(tx, caller, action, 'held-cdr', cdrId, {
        was: row.held,
        is: after.held,
        note: after.decision?.note,
      });
      if (after.decision?.as !== 'dropped') await this.goOn(tx, row, after, cpo);
      return viewOf(after);
    });
  }

  /** Tells the CDR where it is held in fewer versions than before, and then what takes it back. */
  private async goOn(tx: Transaction, before: HeldRow, after: HeldRow, cpo: Party): Promise<void> {
    const told = freed(before, after.held);
    const { cdrId } = after.cdr;
    if (told.length === 0) return;
    const held = await this.cdrs.heldAmong(tx, [cdrId]);
    for (const credit of await this.store.heldCreditsOf(tx, after.operatorId, cdrId)) {
      const found = checkCdr(credit.cdr, cpo, held.get(cdrId));
      await this.store.save(tx, [{ cdrId: credit.cdr.cdrId, ...found }]);
      told.push(...freed(credit, found.held));
    }
    for (const one of told) await this.store.tellAnew(tx, one.cdrId, this.clock.now());
    await this.push.add(tx, told);
  }

  private async decided(
    tx: Transaction,
    { subject }: Caller,
    row: HeldRow,
    as: HeldDecision['as'],
    note: string,
  ): Promise<HeldRow> {
    const decision = { as, by: subject, at: this.clock.now().toISOString(), note, reasons: row.held };
    await this.store.decide(tx, row.cdr.cdrId, decision);
    return { ...row, ...(as === 'released' ? { held: {} } : {}), decision };
  }
}

/** A CDR that is held in fewer versions than before. */
function freed({ operatorId, cdr, held }: HeldRow, now: HeldRow['held']): Told[] {
  const versions = versionNumbers.filter((version) => held[version] && !now[version]);
  const isNew = versionNumbers.every((version) => held[version]);
  return versions.length === 0 ? [] : [{ operatorId, cdrId: cdr.cdrId, cdr, versions, isNew }];
}

function viewOf({ cdr, held, lastUpdated, decision }: HeldRow): HeldCdrView {
  const { cdrId, number, sessionId, stationId } = cdr;
  const about = { cdrId, number, sessionId, stationId, heldAt: lastUpdated.toISOString() };
  if (!decision) return { ...about, reasons: held };
  const { reasons, ...made } = decision;
  return { ...about, reasons, decision: made };
}
