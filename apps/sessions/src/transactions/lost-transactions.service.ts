import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, Schedule, forAllOperators } from '@chargemesh/service';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { MeterValuesStore } from '../meter/meter-values.store.js';
import { CLOCKS_APART_MS, earlier, later, parseStationTime } from './effective-time.js';
import { WAIT_MS, lostIn, overAmong } from './lost-transactions.js';
import { sessionIdOf } from './session-id.js';
import { SessionsStore } from './sessions.store.js';
import type { WaitingReadings } from './waiting-readings.js';
import { type WaitingPlace, WaitingReadingsStore } from './waiting-readings.store.js';

const EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Of a run. */
const STATIONS_MAX = 500;

/** Has readings found that waited for a start in vain, where they tell of energy: as a session without a start. */
@Injectable()
export class LostTransactions implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly readings: WaitingReadingsStore,
    private readonly sessions: SessionsStore,
    private readonly meterValues: MeterValuesStore,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.every('readings of lost transactions', EVERY_MS, () => this.find(), { exclusive: true });
  }

  async find(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - WAIT_MS);
    const places = await forAllOperators(this.database, (tx) => this.readings.overdue(tx, before, STATIONS_MAX));
    const lateSince = new Date(this.clock.now().getTime() - this.settings.SESSION_LATE_DAYS * DAY_MS);
    await forAllOperators(this.database, (tx) => this.readings.forgetShown(tx, lateSince));
    for (const place of places) await this.database.transaction([place.operatorId], (tx) => this.findAt(tx, place));
  }

  private async findAt(tx: Transaction, { operatorId, stationId }: WaitingPlace): Promise<void> {
    await tx.lock([stationId]);
    const now = this.clock.now();
    const over = overAmong(await this.readings.load(tx, [stationId]), now);
    if (over.length === 0) return;
    const ran = await this.sessions.ranBetween(tx, stationId, timesOf(over.flat()));
    const sessionId = (transactionId: string): string =>
      sessionIdOf({ operatorId, stationId, transactionId }, now.toISOString());
    const found = over.map((of) => ({
      of,
      lost: lostIn(of, ran, { sessionId, trickleW: this.settings.IDLE_POWER_W }),
    }));
    const lost = found.flatMap((one) => one.lost ?? []);
    await this.sessions.save(
      tx,
      lost.map(({ session }) => session),
    );
    await this.meterValues.add(
      tx,
      lost.flatMap(({ samples }) => samples),
    );
    await this.readings.save(tx, {
      waiting: found.flatMap(({ of, lost: { session } = {} }) =>
        session ? of.map((readings) => ({ ...readings, shownAs: session.sessionId })) : [],
      ),
      over: found.flatMap((one) => (one.lost ? [] : one.of.map(({ readingsId }) => readingsId))),
    });
  }
}

/** From when to when they were read, by the station's clock. */
function timesOf(readings: readonly WaitingReadings[]): { from: Date; to: Date } {
  const times = readings.flatMap(({ event }) => event.data.samples.map(({ at }) => parseStationTime(at)));
  const [first = new Date(0)] = times;
  return {
    from: new Date(times.reduce(earlier, first).getTime() - CLOCKS_APART_MS),
    to: new Date(times.reduce(later, first).getTime() + CLOCKS_APART_MS),
  };
}
