import { Controller, type Type } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type ApiKeyEvent, type OperatorEvent, apiKeys, operators } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import type { ServiceName } from '../definition.js';
import { ProjectionsStore } from './projections.store.js';

/** A service's consumers of operators and API keys; a class per service, for the service's name is in its groups. */
export function accessProjectionsOf(service: ServiceName): Type {
  @Controller()
  class AccessProjections {
    constructor(private readonly store: ProjectionsStore) {}

    @Consumes(service, operators)
    onOperators(@Payload() events: OperatorEvent[], @Ctx() tx: Transaction): Promise<void> {
      return this.store.saveOperators(
        tx,
        events.map(({ data }) => data),
      );
    }

    @Consumes(service, apiKeys)
    onApiKeys(@Payload() events: ApiKeyEvent[], @Ctx() tx: Transaction): Promise<void> {
      return this.store.saveApiKeys(
        tx,
        events.map(({ data }) => data),
      );
    }
  }
  return AccessProjections;
}
