import { Injectable } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { type Caller, Clock } from '@chargemesh/service';
import type { Static } from 'typebox';
import { CdrsStore, type IssuedAfter } from '../cdrs/cdrs.store.js';
import { formatOf } from './exports.format.js';
import type { ExportQuery } from './exports.schema.js';

/** CDRs in memory at a time; each is a megabyte at most, and usually some kilobytes. */
const PAGE = 25;

export interface Export {
  readonly contentType: string;
  readonly fileName: string;
  readonly content: AsyncIterable<string>;
}

/** Writes an operator's CDRs out, page by page, each read in a transaction of its own. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly database: Database,
    private readonly store: CdrsStore,
    private readonly clock: Clock,
  ) {}

  open({ operatorId }: Caller, query: Static<typeof ExportQuery>): Export {
    const { contentType, extension, ...format } = formatOf(query);
    const from = query.from === undefined ? new Date(0) : new Date(query.from);
    const to = query.to === undefined ? this.clock.now() : new Date(query.to);
    const pages = () => this.pages(operatorId, from, to);
    async function* content() {
      let [text, isFirst] = [format.head, true];
      for await (const cdrs of pages()) {
        for (const { document } of cdrs) {
          text += format.write(document, isFirst);
          isFirst = false;
        }
        yield text;
        text = '';
      }
      yield text + format.tail;
    }
    return { contentType, fileName: `cdrs-${dayOf(from)}-${dayOf(to)}.${extension}`, content: content() };
  }

  private async *pages(operatorId: string, from: Date, to: Date) {
    let after: IssuedAfter = { issuedAt: from, number: '' };
    for (;;) {
      const cdrs = await this.database.transaction([operatorId], (tx) =>
        this.store.issuedBetween(tx, operatorId, after, to, PAGE),
      );
      const last = cdrs.at(-1);
      if (!last) return;
      yield cdrs;
      if (cdrs.length < PAGE) return;
      after = last;
    }
  }
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
