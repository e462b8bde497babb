export { DependencyMissing } from './dependency.js';
export { Answers, Consumes, Listens, Projects, patternOf, type Subscription } from './handlers.js';
export { Projection } from './projection.js';
export { projectionHandler } from './projection.handler.js';
export { Outbox } from './outbox.js';
export { messagingMigrations } from './migrations.js';
export { EventTooLarge, NotDurable, type Producer, producerOf } from './producer.js';
export { OpenRequests, type Requests } from './requests.js';
export type { Logger } from './log.js';
export { type Labels, counterOf, histogramOf, observe } from './instruments.js';
export { Telemetry, type Lag } from './telemetry.js';
export {
  type ConsumerHealth,
  type Consumption,
  type Health,
  LogAway,
  type OutgoingRecord,
  type Position,
  type StoredRecord,
  type Transport,
} from './transport.js';
export { isLogAway, isRetryable } from './log-away.js';
export { Relay } from './relay.js';
export { DeadLetters, type Replayed } from './dead-letters.js';
export { type DeadLetter, type DiscardedLetter, discardedLetters, parkedLetters } from './dead-letters.store.js';
export { keepInbox } from './inbox.js';
export { MessagingStrategy, type MessagingOptions } from './strategy.js';
export { EmbeddedTransport, type EmbeddedOptions } from './embedded/transport.js';
export { embeddedLog } from './embedded/tables.migration.js';
export { LogInUse } from './embedded/ownership.js';
export { KafkaTransport, type KafkaOptions } from './kafka/transport.js';
export { BrokerTopics, type BrokerTopicsOptions, type TopicState } from './kafka/broker-topics.js';
export { BrokerGroups, type Group, GroupInUse, type Rewind } from './kafka/broker-groups.js';
export type { KafkaSasl, KafkaSecurity, KafkaTls } from './kafka/security.js';
export { spanContextOf, traceparentOfActiveSpan } from './tracing.js';
export { Backoff, answerWithin, wait, within } from './wait.js';
