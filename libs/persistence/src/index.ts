export { Database, type DatabaseOptions } from './database.js';
export { Transaction } from './transaction.js';
export { Connection } from './connection.js';
export {
  ConnectionLost,
  type ErrorLink,
  LostRace,
  TransientFault,
  causeChain,
  isStatementTimeout,
  isTransient,
} from './retryable.js';
export { lowestIdAt } from './ids.js';
export {
  ALL_OPERATORS,
  type Asked,
  type Bind,
  type Condition,
  type Filters,
  KeysetList,
  type Order,
  type Rows,
  type Scope,
} from './keyset-list.js';
export { migrate, type Migration, type MigrationOptions } from './migrate.js';
export { type DailyPartitions, keepDailyPartitions } from './partitions.js';
export { type Login, LoginRefused, isLoginOf, provision, rolesOf } from './provision.js';
export { rowSecurity } from './row-security.js';
export { storableJson, storableText } from './storable.js';
export type { DatabaseSession } from './database-session.js';
export { timelineBase } from './timeline.js';
export { type DatabaseTls, withTls } from './tls.js';
export { snakeCase, unnest, type ColumnTypes } from './unnest.js';
