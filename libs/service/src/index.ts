export { Audit } from './access/audit.js';
export { FailedLoginLimiter } from './access/failed-login-limiter.js';
export { type KnownOperator, KnownOperators, forAllOperators, knownOperatorIds } from './access/known-operators.js';
export { networkOf } from './access/network-of.js';
export { OTHER_CREDENTIAL, type OtherCredential } from './access/other-credential.js';
export { SecretBox } from './access/secret-box.js';
export { SecretHasher } from './access/secret-hasher.js';
export type { Outcome, Put } from './bulk/bulk.js';
export { type BulkOf, bulkController } from './bulk/bulk.controller.js';
export { Clock, SystemClock } from './clock.js';
export * from './settings/index.js';
export type { ServiceDefinition } from './definition.js';
export { Readiness } from './health/readiness.js';
export { ApiController } from './http/api-controller.js';
export { type BodyPolicy, TakesBody } from './http/body.js';
export { type Caller, CallerOf, ForHotline, ForInstallation, ForTerminal, Needs, Public } from './http/caller.js';
export type { Request as HttpRequest, Response as HttpResponse } from 'express';
export { checked } from './http/checked.js';
export { type AnyList, Described, Endpoint, type EndpointDescription } from './http/endpoint.js';
export { ETag, Precondition, PreconditionOf } from './http/etag.js';
export { nameSchemas } from './http/name-schemas.js';
export { limitedByAddress, limitedByThing } from './http/open.js';
export { cursorAfter, foreignCursor, positionOf } from './http/cursor.js';
export { ApiList, type Page, type QueryOf } from './http/list.js';
export { type ListedAt, listsOf } from './http/lists-of.js';
export { type MessagingBacklog, readMessagingBacklog } from './health/messaging-backlog.js';
export { InSteps } from './idempotency/in-steps.js';
export { Live } from './live/live.js';
export { type LiveStream, eventOf } from './live/stream.js';
export type { Followed, LiveFeed } from './live/live-feed.js';
export { type MigrateOptions, migrateServices, migrationsOf, schemasOf } from './migrations.js';
export {
  CAUGHT_UP,
  type CaughtUp,
  HANDLED,
  type Handled,
  LOGGER,
  PLATFORM,
  PROCESS_NAME,
  type Platform,
  PRODUCER,
  REQUESTS,
  type ReadSettings,
  SETTINGS,
} from './platform/platform.js';
export type { Overrides } from './platform/open.js';
export { PortInUse } from './http/bind.js';
export { DEFAULT_MANAGEMENT_PORT } from './platform/settings.js';
export { runServices } from './platform/run.js';
export {
  databaseSettingOf,
  databaseShape,
  databaseUrlShape,
  directUrl,
  optionalDatabaseUrl,
  securedUrl,
} from './platform/database-settings.js';
export { kafkaSecurityOf, kafkaShape } from './platform/kafka-settings.js';
export { misspelledIn } from './platform/known-settings.js';
export { readPlatformSettings } from './platform/settings.js';
export { settingsSections } from './platform/settings-sections.js';
export { ServiceModule } from './platform/service.module.js';
export { type Running, type StartOptions, startServices } from './platform/start.js';
export { Problem, problem, unfit } from './problem.js';
export { type ProblemCode, problems } from './problems/catalogue.js';
export { Problems, UNDECLARED } from './problems/declared.js';
export { errorsPage } from './problems/page.js';
export { type KeptRows, Retention } from './retention/retention.service.js';
export { Schedule } from './schedule.js';
export { type OwnStates, type States, statesOf } from './states/states.js';
export { OWN_STATES, statesControllerOf } from './states/states.controller.js';
export { withoutSecretTexts } from './telemetry/secrets.js';
export { SloEvents, operatorLabel } from './telemetry/slo.js';
