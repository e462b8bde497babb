import { MessagesReadLeniently, type OcppVersion, newEvent } from '@chargemesh/contracts';
import type { Logger, Producer } from '@chargemesh/messaging';
import type { LenientReading, ZonelessAs } from '@chargemesh/ocpp';
import type { Database } from '@chargemesh/persistence';
import { announce, channels } from '../notifications/announce.js';
import type { FrameTelemetry } from '../station/telemetry.js';
import type { ClocksStore, StationClock } from './clocks.store.js';
import { DeviationCounts } from './deviations.decide.js';

/** The connection that a message came on. */
export interface ReadConnection {
  readonly stationId: string;
  readonly operatorId: string;
  readonly epoch: number;
  readonly ocppVersion: OcppVersion;
  zonelessAs: ZonelessAs | undefined;
  isZoneProven: boolean;
}

export interface DeviationsParts {
  readonly database: Database;
  readonly clocks: ClocksStore;
  readonly producer: Producer;
  readonly telemetry: Pick<FrameTelemetry, 'lenient'>;
  readonly logger: Logger;
  readonly now: () => string;
}

/** Events of one send. */
const SLICE = 500;

/** Counts lenient readings, publishes the counts periodically, and persists how times without a zone were read. */
export class Deviations {
  private readonly counts = new Map<string, { on: ReadConnection; counts: DeviationCounts }>();
  /** Not yet in the schema: written in batches, so that a station that alternates does not cost a write per message. */
  private learned = new Map<string, StationClock>();

  constructor(private readonly parts: DeviationsParts) {}

  add(on: ReadConnection, action: string, { deviations, zonelessAs }: LenientReading): void {
    for (const rule of new Set(deviations.map((deviation) => deviation.rule)))
      this.parts.telemetry.lenient(on.ocppVersion, action, rule);
    if (zonelessAs && zonelessAs !== on.zonelessAs) this.learn(on, zonelessAs, false);
    if (deviations.length === 0) return;
    const known = this.counts.get(on.stationId);
    const counts = known?.counts ?? new DeviationCounts();
    counts.add(action, deviations);
    this.counts.set(on.stationId, { on, counts });
  }

  /** Messages that were told at once have shown how times without a zone are meant: no single one changes that any more. */
  prove(on: ReadConnection, zonelessAs: ZonelessAs): void {
    if (!on.isZoneProven || zonelessAs !== on.zonelessAs) this.learn(on, zonelessAs, true);
  }

  /** Publishes the counts since the last time, an event per station. What cannot be published now is published later. */
  async publish(): Promise<void> {
    await this.keepLearned();
    const counted = [...this.counts.values()];
    for (let first = 0; first < counted.length; first += SLICE) {
      const slice = counted.slice(first, first + SLICE);
      const events = slice.map(({ on, counts }) => this.eventOf(on, counts));
      for (const { on } of slice) this.counts.delete(on.stationId);
      try {
        await this.parts.producer.send(events);
      } catch (error) {
        for (const entry of slice) if (!this.counts.has(entry.on.stationId)) this.counts.set(entry.on.stationId, entry);
        throw error;
      }
    }
  }

  private eventOf({ stationId, operatorId, epoch, ocppVersion }: ReadConnection, counts: DeviationCounts) {
    const receivedAt = this.parts.now();
    const data = { stationId, epoch, receivedAt, ocppVersion, readings: counts.list() };
    return newEvent(MessagesReadLeniently, { operatorId, time: receivedAt, data });
  }

  private learn(on: ReadConnection, zonelessAs: ZonelessAs, isZoneProven: boolean): void {
    on.zonelessAs = zonelessAs;
    on.isZoneProven = isZoneProven;
    const { stationId, operatorId } = on;
    this.learned.set(stationId, { stationId, operatorId, zonelessAs, isZoneProven });
  }

  /** So that the next connection, also to another process, reads times alike. */
  private async keepLearned(): Promise<void> {
    const clocks = [...this.learned.values()];
    if (clocks.length === 0) return;
    this.learned = new Map();
    try {
      await this.parts.database.transaction([], async (tx) => {
        await this.parts.clocks.save(tx, clocks);
        const stationIds = clocks.map(({ stationId }) => stationId);
        await announce(tx, channels.credentials, stationIds);
      });
    } catch (error) {
      for (const clock of clocks) if (!this.learned.has(clock.stationId)) this.learned.set(clock.stationId, clock);
      this.parts.logger.warn({ err: error }, 'how times without a zone are read will be kept later');
    }
  }
}
