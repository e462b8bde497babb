import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Outbox } from '@chargemesh/messaging';
import { Database } from '@chargemesh/persistence';
import { Clock, Schedule } from '@chargemesh/service';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { knownOperatorIds } from '../projections/operators.js';
import { MeterValuesStore } from '../meter/meter-values.store.js';
import type { Sample } from '../meter/sample.js';
import { SessionsStore } from '../transactions/sessions.store.js';
import { finalize, isStarted } from './finalize.decide.js';

const EVERY_MS = 250;
const BATCH = 200;
const KEEP_PARTITIONS_EVERY_MS = 3_600_000;

/** Makes sessions final whose time has come: complete, or quiet for long enough. */
@Injectable()
export class FinalizationService implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsStore,
    private readonly meterValues: MeterValuesStore,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.every('finalize sessions', EVERY_MS, () => this.finalizeDue(), { exclusive: true });
    this.schedule.every('partitions of meter values', KEEP_PARTITIONS_EVERY_MS, () => this.keepPartitions(), {
      exclusive: true,
    });
  }

  /** Makes all due sessions final, in batches of bounded size. */
  async finalizeDue(): Promise<void> {
    while ((await this.finalizeBatch()) === BATCH);
  }

  private finalizeBatch(): Promise<number> {
    return this.database.transaction([], async (tx) => {
      await tx.see(await knownOperatorIds(tx));
      const due = await this.sessions.findDue(tx, this.clock.now(), BATCH);
      // The consumer of the stations' events holds the same locks; under them, what is due is read again.
      await tx.lock(due.map(({ stationId }) => stationId));
      const sessions = await this.sessions.loadDue(
        tx,
        due.map(({ sessionId }) => sessionId),
        this.clock.now(),
      );
      const samples = bySession(
        await this.meterValues.ofSessions(
          tx,
          sessions.map(({ sessionId }) => sessionId),
        ),
      );
      const final = sessions
        .filter(isStarted)
        .map((session) =>
          finalize(session, samples.get(session.sessionId) ?? [], this.clock.now(), this.settings.IDLE_AFTER_S),
        );
      await this.sessions.save(
        tx,
        final.map(({ session }) => session),
      );
      await this.outbox.add(
        tx,
        final.map(({ fact }) => fact),
      );
      return due.length;
    });
  }

  private keepPartitions(): Promise<void> {
    const { METER_VALUES_DAYS: keepDays } = this.settings;
    return this.database.transaction([], (tx) => this.meterValues.keepPartitions(tx, this.clock.now(), keepDays));
  }
}

function bySession(samples: readonly Sample[]): Map<string, Sample[]> {
  const found = new Map<string, Sample[]>();
  for (const sample of samples) {
    const of = found.get(sample.sessionId);
    if (of) of.push(sample);
    else found.set(sample.sessionId, [sample]);
  }
  return found;
}
