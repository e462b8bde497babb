import type { Type } from '@nestjs/common';
import type { DatabaseOptions, Migration } from '@chargemesh/persistence';
import type { ServiceName, Shape } from './settings/index.js';

export type { ServiceName };

/** Everything a composition needs to know of a service. */
export interface ServiceDefinition {
  readonly name: ServiceName;
  /** Its PostgreSQL schema; the one it can reach. */
  readonly schema: string;
  readonly module: Type;
  /** Its own settings, beside those that every process has. */
  readonly settings: Shape;
  readonly entities: NonNullable<DatabaseOptions['entities']>;
  /** Its own migrations; those of messaging and access come first by themselves. */
  readonly migrations: Migration[];
}
