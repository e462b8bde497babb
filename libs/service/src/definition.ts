import type { Type } from '@nestjs/common';
import type { DatabaseOptions, Migration } from '@chargemesh/persistence';

export type ServiceName = 'ocpp-gateway' | 'device-management' | 'sessions' | 'tariffs' | 'payments' | 'ocpi-gateway';

/** Everything a composition needs to know of a service. */
export interface ServiceDefinition {
  readonly name: ServiceName;
  /** Its PostgreSQL schema; the one it can reach. */
  readonly schema: string;
  readonly module: Type;
  readonly entities: NonNullable<DatabaseOptions['entities']>;
  /** Its own migrations; those of messaging and access come first by themselves. */
  readonly migrations: Migration[];
}
