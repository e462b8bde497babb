import { Injectable } from '@nestjs/common';
import { type CdrEvent, OperatorState } from '@chargemesh/contracts';
import { DependencyMissing } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { type Caller, Clock, type Page, type QueryOf } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import type { LedgerEntry } from './ledger-entry.entity.js';
import { entryOf } from './ledger.decide.js';
import type { LedgerEntryView } from './ledger.schema.js';
import { ledgerList } from './ledger.list.js';
import { LedgerStore } from './ledger.store.js';

/** Keeps what is due: one entry per CDR, credits included. */
@Injectable()
export class LedgerService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: LedgerStore,
  ) {}

  async record(cdrs: readonly CdrEvent[], tx: Transaction): Promise<void> {
    const parties = await this.store.parties(tx, [...new Set(cdrs.map(({ operatorId }) => operatorId))]);
    const recordedAt = this.clock.now();
    const entries = cdrs.map((cdr) => {
      const own = parties.get(cdr.operatorId);
      if (!own) throw DependencyMissing.of(OperatorState, cdr.operatorId);
      return entryOf(cdr, own, { ledgerEntryId: uuidv7({ msecs: recordedAt.getTime() }), recordedAt });
    });
    await this.store.add(tx, entries);
  }

  list({ operatorId }: Caller, query: QueryOf<typeof ledgerList>): Promise<Page<LedgerEntryView>> {
    return this.database.transaction([operatorId], (tx) => ledgerList.page(tx, operatorId, query, viewOf));
  }
}

function viewOf(entry: LedgerEntry): LedgerEntryView {
  const { ledgerEntryId: id, cdrId, cdrNumber, sessionId, stationId, tokenKind, currency, amount, issuedAt } = entry;
  const { kind, creditReferenceId, replacesCdrId } = entry;
  return {
    ...{ id, cdrId, cdrNumber, sessionId, stationId, tokenKind, kind },
    ...(creditReferenceId === null ? {} : { creditReferenceId }),
    ...(replacesCdrId === null ? {} : { replacesCdrId }),
    ...{ currency, amount, issuedAt: issuedAt.toISOString() },
  };
}
