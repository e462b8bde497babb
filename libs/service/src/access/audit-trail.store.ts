import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';

export interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly subject: string;
  readonly action: string;
  readonly resource: string;
  readonly resourceId: string;
  readonly change: unknown;
}

@Injectable()
export class AuditTrailStore {
  /** Newest first; ids are in the order of time. */
  list(
    tx: Transaction,
    query: {
      resource?: string | undefined;
      resourceId?: string | undefined;
      before?: string | undefined;
      limit: number;
    },
  ): Promise<AuditRow[]> {
    return tx.query<AuditRow>(
      `SELECT id, at, subject, action, resource, resource_id AS "resourceId", change FROM audit_trail
       WHERE ($1::text IS NULL OR resource = $1) AND ($2::text IS NULL OR resource_id = $2)
         AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`,
      [query.resource ?? null, query.resourceId ?? null, query.before ?? null, query.limit],
    );
  }
}
