import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type StationCredentialEvent, stationCredentials } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { announce, channels } from '../notifications/announce.js';
import { CredentialsStore } from './credentials.store.js';

@Controller()
export class CredentialsHandler {
  constructor(private readonly store: CredentialsStore) {}

  @Consumes('ocpp-gateway', stationCredentials)
  async on(@Payload() events: StationCredentialEvent[], @Ctx() tx: Transaction): Promise<void> {
    const newest = newestOfEach(events);
    await this.store.apply(tx, newest);
    await announce(
      tx,
      channels.credentials,
      newest.map(({ stationId }) => stationId),
    );
  }
}

/** The highest version of each station; one statement cannot change a row twice. */
export function newestOfEach(events: readonly StationCredentialEvent[]): StationCredentialEvent['data'][] {
  const newest = new Map<string, StationCredentialEvent['data']>();
  for (const { data } of events) {
    const known = newest.get(data.stationId);
    if (!known || known.version < data.version) newest.set(data.stationId, data);
  }
  return [...newest.values()];
}
