import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { StationCredentialEvent } from '@chargemesh/contracts';
import { Projects } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { announce, channels } from '../notifications/announce.js';
import { knownCredentials } from './known-credentials.js';

/** Keeps the credentials, and has every process forget those that change. */
@Controller()
export class CredentialsHandler {
  @Projects('ocpp-gateway', knownCredentials)
  async on(@Payload() events: StationCredentialEvent[], @Ctx() tx: Transaction): Promise<void> {
    const states = events.map(({ data }) => data);
    const newer = await knownCredentials.newer(tx, states);
    await knownCredentials.save(tx, newer);
    await announce(
      tx,
      channels.credentials,
      newer.map(({ stationId }) => stationId),
    );
  }
}
