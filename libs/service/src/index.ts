export { Clock, SystemClock } from './clock.js';
export * from './config.js';
export type { ServiceDefinition, ServiceName } from './definition.js';
export { type Caller, CallerOf, Needs, Public } from './http/caller.js';
export { migrationsOf } from './migrations.js';
export { type Page, PageQuery, page, pageOf, positionOf } from './http/page.js';
export { Problem, type ProblemCode, problem, problems } from './problem.js';
