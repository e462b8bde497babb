import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type MeterKeyEvent, meterKeys, newest } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { SessionsStore } from '../transactions/sessions.store.js';
import { MeterKeysStore } from './meter-keys.store.js';

const DAY_MS = 86_400_000;

/** Keeps the keys of meters. A station may say its key only with the first values that it signs, so these wait for it. */
@Controller()
export class MeterKeysHandler {
  constructor(
    private readonly keys: MeterKeysStore,
    private readonly sessions: SessionsStore,
    private readonly clock: Clock,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {}

  @Consumes('sessions', meterKeys, { lockBy: ({ data }) => String(data['stationId']) })
  async on(@Payload() events: MeterKeyEvent[], @Ctx() tx: Transaction): Promise<void> {
    const keys = newest(events);
    await this.keys.save(tx, keys);
    const inUse = keys.filter(({ deleted }) => !deleted);
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
