export { DependencyMissing } from './dependency.js';
export { Answers, Consumes, Listens, patternOf, type Subscription } from './handlers.js';
export { Outbox } from './outbox.js';
export { MessagingTables1700000000000 } from './tables.migration.js';
export { NotDurable, type Producer } from './producer.js';
export type { Requests } from './requests.js';
