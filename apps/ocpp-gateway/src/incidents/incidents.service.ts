import { platformMetrics } from '@chargemesh/contracts';
import { type Logger, counterOf } from '@chargemesh/messaging';
import type { Database } from '@chargemesh/persistence';
import { type IncidentKind, hourOf, isAlarm } from './incidents.decide.js';
import type { IncidentsStore, Noted } from './incidents.store.js';

/** Incidents that wait to be written; beyond that only metrics count them. */
const WAITING_MAX = 10_000;
const ADDRESSES_MAX = 20;

const SENTENCE: Readonly<Record<IncidentKind, string>> = {
  'wrong-password': 'somebody presents wrong passwords for a station again and again',
  'taken-over': 'two devices fight over the identity of one station',
  'message-too-large': 'a station has a message that is larger than MAX_MESSAGE_BYTES, and everything behind it waits',
  'no-common-version': 'a station names no version of OCPP that is spoken here (Sec-WebSocket-Protocol)',
  'other-version': 'a station sends messages of another version of OCPP than it named',
};

/** Counts irregularities of stations' connections by the hour: wrong passwords, takeovers, messages that are too large. */
export class Incidents {
  private readonly waiting = new Map<string, Noted>();
  private readonly counted = counterOf(platformMetrics.ocpp.incidents);

  constructor(private readonly parts: { database: Database; store: IncidentsStore; logger: Logger; now: () => Date }) {}

  /** Counts one more; it is written with the next `flush`. */
  note(kind: IncidentKind, station: { stationId: string; operatorId: string }, address: string): void {
    this.counted.add(1, { 'chargemesh.incident.kind': kind });
    const at = this.parts.now();
    const { stationId, operatorId } = station;
    const hour = hourOf(at);
    const key = `${kind} ${hour.getTime()} ${stationId}`;
    const known = this.waiting.get(key);
    if (!known && this.waiting.size >= WAITING_MAX) return;
    const addresses = new Set(known?.addresses);
    if (addresses.size < ADDRESSES_MAX) addresses.add(address);
    const { count = 0, firstAt = at } = known ?? {};
    const noted = {
      stationId,
      operatorId,
      kind,
      hour,
      count: count + 1,
      addresses: [...addresses],
      firstAt,
      lastAt: at,
    };
    this.waiting.set(key, noted);
  }

  /** Writes what was noted; what cannot be written now waits for the next time. */
  async flush(): Promise<void> {
    const { database, store, logger } = this.parts;
    const noted = [...this.waiting.values()];
    if (noted.length === 0) return;
    this.waiting.clear();
    const operators = [...new Set(noted.map(({ operatorId }) => operatorId))];
    try {
      const written = await database.transaction(operators, (tx) => store.add(tx, noted));
      for (const { stationId, kind, count, added, addresses } of written) {
        if (isAlarm(kind, count) && !isAlarm(kind, count - added))
          logger.warn({ stationId, kind, count, addresses, alarm: true }, SENTENCE[kind]);
      }
    } catch (error) {
      for (const one of noted) this.waiting.set(`${one.kind} ${one.hour.getTime()} ${one.stationId}`, one);
      throw error;
    }
  }
}
