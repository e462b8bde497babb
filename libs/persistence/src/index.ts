export { Database, Transaction, type DatabaseOptions } from './database.js';
export { isTransient } from './faults.js';
export { migrate, type Migration, type MigrationOptions } from './migrate.js';
export { type DailyPartitions, keepDailyPartitions } from './partitions.js';
export { provision, rolesOf } from './provision.js';
export { rowSecurity } from './row-security.js';
export { storableJson, storableText } from './storable.js';
export { unnest, type ColumnTypes } from './unnest.js';
