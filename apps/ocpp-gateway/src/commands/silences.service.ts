import type { Logger } from '@chargemesh/messaging';
import type { Database } from '@chargemesh/persistence';
import { Batcher } from '../connections/batcher.js';
import { announce, channels } from '../notifications/announce.js';
import type { Silence, SilencesStore } from './silences.store.js';

/** Persists which best-effort actions stations left unanswered: they may reconnect to another process. */
export class Silences {
  private readonly saves: Batcher<Silence, Silence>;

  constructor(
    private readonly parts: { readonly database: Database; readonly store: SilencesStore; readonly logger: Logger },
  ) {
    const keyOf = ({ stationId, action }: Silence) => JSON.stringify([stationId, action]);
    this.saves = new Batcher(keyOf, (silences) => this.save(silences), { batch: 500, waiting: 10_000 });
  }

  /** Never rejects: this process knows it anyway, and another one finds it out at the price of one time-out. */
  async keep(silence: Silence): Promise<void> {
    await this.saves.submit(silence).catch((error: unknown) => {
      this.parts.logger.warn(
        { err: error, stationId: silence.stationId },
        'what a station does not answer is not kept',
      );
    });
  }

  /** The cached credentials in other processes contain the station's silences. */
  private save(silences: Silence[]): Promise<Silence[]> {
    const { database, store } = this.parts;
    return database.transaction([], async (tx) => {
      await store.save(tx, silences);
      await announce(tx, channels.credentials, [...new Set(silences.map(({ stationId }) => stationId))]);
      return silences;
    });
  }
}
