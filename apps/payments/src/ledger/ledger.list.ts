import { Uuid } from '@chargemesh/contracts';
import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { LedgerEntry } from './ledger-entry.entity.js';

/** In the order in which they were recorded, which their ids tell. */
export const ledgerList = new ApiList(
  new KeysetList({
    from: LedgerEntry,
    key: { ledger_entry_id: 'uuid' },
    time: { id: 'ledger_entry_id' },
    filters: { sessionId: 'session_id', cdrId: 'cdr_id' },
  }),
  { order: 'newest', filters: { sessionId: Type.Optional(Uuid), cdrId: Type.Optional(Uuid) } },
);
