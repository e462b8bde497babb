import { MessagingTables1700000000000 } from '@chargemesh/messaging';
import type { Migration } from '@chargemesh/persistence';
import { AccessTables1700000000001 } from './access/tables.migration.js';
import type { ServiceDefinition } from './definition.js';

/** All migrations of a service, in order: what every service has, then its own. */
export function migrationsOf(service: Pick<ServiceDefinition, 'migrations'>): Migration[] {
  return [MessagingTables1700000000000, AccessTables1700000000001, ...service.migrations];
}
