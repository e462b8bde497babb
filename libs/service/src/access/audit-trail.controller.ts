import { Controller, Get, Query, type Type as Class } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { Type, type Static } from 'typebox';
import type { ServiceName } from '../definition.js';
import { CallerOf, type Caller, ForInstallation, Needs } from '../http/caller.js';
import { checked } from '../http/checked.js';
import { Endpoint } from '../http/endpoint.js';
import { type Page, PageQuery, page, pageOf, positionOf } from '../http/page.js';
import { type AuditRow, AuditTrailStore } from './audit-trail.store.js';

const ListQuery = Type.Object({
  ...PageQuery,
  resource: Type.Optional(Type.String({ maxLength: 100 })),
  resourceId: Type.Optional(Type.String({ maxLength: 255 })),
});
const EntryView = Type.Object({
  id: Type.String({ format: 'uuid' }),
  at: Type.String({ format: 'date-time' }),
  /** API key id, or subject of the access token. */
  subject: Type.String(),
  action: Type.String(),
  resource: Type.String(),
  resourceId: Type.String(),
  change: Type.Unknown(),
});
type EntryView = Static<typeof EntryView>;

/** Who changed what in a service; an operator sees its own entries, the installation's administrator those of its own acts. */
export function auditTrailOf(service: ServiceName): Class {
  @Controller(`api/${service}/v1/audit-trail`)
  @Needs('admin')
  @ForInstallation()
  class AuditTrailController {
    constructor(
      private readonly database: Database,
      private readonly store: AuditTrailStore,
    ) {}

    @Get()
    @Endpoint({
      summary: 'Changes that were made over HTTP, newest first',
      query: ListQuery,
      answer: pageOf(EntryView),
    })
    list(
      @CallerOf() caller: Caller,
      @Query(checked(ListQuery)) { limit = 100, cursor, resource, resourceId }: Static<typeof ListQuery>,
    ): Promise<Page<EntryView>> {
      const before = positionOf(cursor)?.[0];
      return this.database.transaction([caller.operatorId], async (tx) => {
        const rows = await this.store.list(tx, { resource, resourceId, before, limit: limit + 1 });
        return page(rows, limit, ({ id }) => [id], viewOf);
      });
    }
  }
  return AuditTrailController;
}

function viewOf(row: AuditRow): EntryView {
  return { ...row, at: row.at.toISOString() };
}
