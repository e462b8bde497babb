import type { MessagingStrategy, Relay, Transport } from '@chargemesh/messaging';
import type { Database } from '@chargemesh/persistence';
import type { Logger } from 'pino';
import type { Authenticator } from '../access/authenticator.js';
import type { SecretBox } from '../access/secret-box.js';
import type { SecretHasher } from '../access/secret-hasher.js';
import type { Clock } from '../clock.js';
import type { Topic } from '@chargemesh/contracts';
import type { Environment, Settings, Shape } from '../settings/index.js';
import type { ServiceName } from '../definition.js';
import type { Readiness } from '../health/readiness.js';
import type { Telemetry } from '../telemetry/telemetry.js';

/** What the services of a process share; made once, before the application. */
export interface Platform {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly hasher: SecretHasher;
  readonly secretBox: SecretBox;
  readonly authenticator: Authenticator;
  readonly readiness: Readiness;
  readonly processName: string;
  readonly transport: Transport;
  readonly messaging: MessagingStrategy;
  /** The database of a service of this process; throws for any other name. */
  databaseOf(service: ServiceName): Database;
  /** One per service: they send what its outbox holds. */
  readonly relays: ReadonlyMap<ServiceName, Relay>;
  /** Tells a service's relay that its outbox has new rows. */
  wake(service: ServiceName): void;
}

/** Reads a service's own settings: `read({ QUIET_S: integer(5, …) })`. */
export type ReadSettings = <S extends Shape>(shape: S) => Settings<S>;

export const PLATFORM = Symbol('platform');
/** Token of `ReadSettings`. */
export const SETTINGS = Symbol('settings');
/** Token of the pino `Logger`. */
export const LOGGER = Symbol('logger');
/** Token of the process's name: unique, and new with every start. */
export const PROCESS_NAME = Symbol('process name');
/** Token of the service's `Producer`. */
export const PRODUCER = Symbol('producer');
/** Token of the service's `Requests`. */
export const REQUESTS = Symbol('requests');
/** Token of the service's `CaughtUp`. */
export const CAUGHT_UP = Symbol('caught up');
/** Token of the service's `Handled`. */
export const HANDLED = Symbol('handled');

/** Whether the service's consumer of a topic has handled all that was in it when the process started. */
export type CaughtUp = (topic: Topic) => boolean;

/** Whether the service's consumer of a topic has handled all that is in it now; waits for that, no longer than the time. */
export type Handled = (topic: Topic, withinMs: number) => Promise<boolean>;
