import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { MeterKeyEvent } from '@chargemesh/contracts';
import { Projects } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { knownMeterKeys } from '../projections/projections.js';
import { SessionsStore } from '../transactions/sessions.store.js';

const DAY_MS = 86_400_000;

/** Keeps the keys of meters. A station may say its key only with the first values that it signals, so these wait for it. */
@Controller()
export class MeterKeysHandler {
  constructor(
    private readonly sessions: SessionsStore,
    private readonly clock: Clock,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {}

  @Projects('sessions', knownMeterKeys, { lockBy: ({ data }) => String(data['stationId']) })
  async on(@Payload() events: MeterKeyEvent[], @Ctx() tx: Transaction): Promise<void> {
    const states = events.map(({ data }) => data);
    const newer = await knownMeterKeys.newer(tx, states);
    await knownMeterKeys.save(tx, newer);
    const inUse = newer.filter(({ deleted }) => !deleted);
    const now = this.clock.now();
    const since = new Date(now.getTime() - this.settings.SESSION_LATE_DAYS * DAY_MS);
    await this.sessions.reopenWithoutKey(
      tx,
      inUse.map(({ stationId }) => stationId),
      since,
      now,
    );
  }
}
