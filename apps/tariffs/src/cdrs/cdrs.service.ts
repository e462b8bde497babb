import { Injectable } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { type Caller, type Page, page, positionOf, problem } from '@chargemesh/service';
import type { Static } from 'typebox';
import type { Cdr } from './cdr.entity.js';
import type { CdrView, CdrsQuery } from './cdrs.schema.js';
import { CdrsStore } from './cdrs.store.js';

type View = Static<typeof CdrView>;

/** CDRs as people and programs look at them. */
@Injectable()
export class CdrsService {
  constructor(
    private readonly database: Database,
    private readonly store: CdrsStore,
  ) {}

  list(caller: Caller, { limit = 100, cursor, ...filter }: Static<typeof CdrsQuery>): Promise<Page<View>> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const rows = await this.store.list(tx, caller.operatorId, filter, positionOf(cursor)?.[0], limit + 1);
      return page(rows, limit, ({ number }) => [number], viewOf);
    });
  }

  async get(caller: Caller, cdrId: string): Promise<View> {
    const cdr = await this.database.transaction([caller.operatorId], (tx) => this.store.find(tx, cdrId));
    if (!cdr) throw problem('not-found', { cdrId });
    return viewOf(cdr);
  }
}

function viewOf({ document: { cdrId: id, ...members } }: Cdr): View {
  return { id, ...members };
}
