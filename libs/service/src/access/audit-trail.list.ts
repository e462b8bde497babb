import { KeysetList } from '@chargemesh/persistence';

export interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly subject: string;
  readonly action: string;
  readonly resource: string;
  readonly resourceId: string;
  readonly change: unknown;
}

export const auditEntries = new KeysetList<AuditRow>({
  from: 'audit_trail',
  columns: `id, at, subject, action, resource, resource_id AS "resourceId", change`,
  key: { id: 'uuid' },
  time: { id: 'id' },
  filters: { resource: 'resource', resourceId: 'resource_id' },
});
