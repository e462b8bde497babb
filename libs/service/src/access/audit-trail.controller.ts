import { Get, Query, type Type as Class } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { Type, type Static } from 'typebox';
import type { ServiceName } from '../definition.js';
import { ApiController } from '../http/api-controller.js';
import { CallerOf, type Caller, ForInstallation, Needs } from '../http/caller.js';
import { checked } from '../http/checked.js';
import { Endpoint } from '../http/endpoint.js';
import { nameSchemas } from '../http/name-schemas.js';
import { ApiList, type Page, type QueryOf } from '../http/list.js';
import { type AuditRow, auditEntries } from './audit-trail.list.js';

const auditTrail = new ApiList(auditEntries, {
  order: 'newest',
  filters: {
    resource: Type.Optional(Type.String({ maxLength: 100 })),
    resourceId: Type.Optional(Type.String({ maxLength: 255 })),
  },
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
nameSchemas({ AuditEntry: EntryView });

/** Who changed what in a service; an operator sees its own entries, the installation's administrator those of its own acts. */
export function auditTrailOf(service: ServiceName): Class {
  @ApiController(service, 'audit-trail')
  @Needs('admin')
  @ForInstallation()
  class AuditTrailController {
    constructor(private readonly database: Database) {}

    @Get()
    @Endpoint({ summary: 'Changes that were made over HTTP, newest first', list: auditTrail, answer: EntryView })
    list(
      @CallerOf() { operatorId }: Caller,
      @Query(checked(auditTrail.query)) query: QueryOf<typeof auditTrail>,
    ): Promise<Page<EntryView>> {
      return this.database.transaction([operatorId], (tx) => auditTrail.page(tx, operatorId, query, viewOf));
    }
  }
  return AuditTrailController;
}

function viewOf(row: AuditRow): EntryView {
  return { ...row, at: row.at.toISOString() };
}
