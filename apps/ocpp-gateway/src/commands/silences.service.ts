import type { Logger } from '@chargemesh/messaging';
import type { Database } from '@chargemesh/persistence';
import { Gather } from '../connections/gather.js';
import { announce, channels } from '../notifications/announce.js';
import type { Silence, SilencesStore } from './silences.store.js';

/** Keeps what stations did not answer in the schema: they may come back to another process, or to this one restarted. */
export class Silences {
  private readonly saves: Gather<Silence, Silence>;

  constructor(
    private readonly parts: { readonly database: Database; readonly store: SilencesStore; readonly logger: Logger },
  ) {
    const keyOf = ({ stationId, action }: Silence) => JSON.stringify([stationId, action]);
    this.saves = new Gather(keyOf, (silences) => this.save(silences), { batch: 500, waiting: 10_000 });
  }

  /** Never rejects: what cannot be kept is known to this process, and costs the next one as much as it cost here. */
  async keep(silence: Silence): Promise<void> {
    await this.saves.ask(silence).catch((error: unknown) => {
      this.parts.logger.warn(
        { err: error, stationId: silence.stationId },
        'what a station does not answer is not kept',
      );
    });
  }

  /** Other processes may have the station's credentials, with its silences, in memory. */
  private save(silences: Silence[]): Promise<Silence[]> {
    const { database, store } = this.parts;
    return database.transaction([], async (tx) => {
      await store.save(tx, silences);
      await announce(tx, channels.credentials, [...new Set(silences.map(({ stationId }) => stationId))]);
      return silences;
    });
  }
}
