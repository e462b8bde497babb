import { StationConnected, newEvent } from '@chargemesh/contracts';
import { type InboundCall, InboundRateLimiter, type InboundRateLimits } from '@chargemesh/ocpp';
import type { Logger, Producer } from '@chargemesh/messaging';
import type { WebSocket } from 'ws';
import type { Connections } from '../connections/connections.service.js';
import type { Registry } from '../connections/registry.js';
import type { Credentials } from '../credentials/credentials.service.js';
import type { Incidents } from '../incidents/incidents.service.js';
import type { Call } from './call.js';
import type { Speech } from './protocol.js';
import { within } from './within.js';
import { ZonelessStarts } from './zoneless-starts.js';
import { type Admission, Station, type StationMemory, type StationParts } from './station.js';

export interface StationsParts {
  readonly registry: Registry<Station>;
  readonly connections: Connections;
  readonly credentials: Credentials;
  readonly incidents: Pick<Incidents, 'note'>;
  readonly producer: Producer;
  readonly station: Omit<StationParts, 'gone' | 'tooLarge' | 'otherVersion'>;
  readonly rateLimits: InboundRateLimits;
  readonly logger: Logger;
}

/** Stations that are remembered after they have gone. */
const STATIONS_REMEMBERED = 50_000;
/** How long the last answers and the ends of connections may take at the end of a drain, in milliseconds. */
const END_MS = 5_000;

/** Takes authenticated sockets in and sees them out. */
export class Stations {
  /** By station; the longest unseen goes first. */
  private readonly memories = new Map<string, StationMemory>();
  /** First and last words on connections that are on their way. */
  private readonly words = new Map<Station, Promise<void>>();
  private readonly station: StationParts;

  constructor(private readonly parts: StationsParts) {
    this.station = {
      ...parts.station,
      tooLarge: (station, call) => void this.tooLarge(station, call),
      otherVersion: (station) => parts.incidents.note('other-version', station, station.address),
      gone: (station, reason) => this.say(station, () => this.left(station, reason)),
    };
    parts.credentials.onChange((stationId) => void this.changed(stationId));
  }

  accept(socket: WebSocket, admission: Admission, speech: Speech): void {
    const station = new Station(socket, admission, speech, this.memoryOf(admission.stationId), this.station);
    this.parts.registry.add(station);
    this.say(station, () => this.arrived(station, admission));
  }

  /** What the station may send; it outlives its sockets. */
  rateLimiterOf(stationId: string): InboundRateLimiter {
    return this.memoryOf(stationId).rateLimiter;
  }

  /** Closes all sockets in jittered slices; what is under way is answered, and every connection's end is told. */
  async drain(withinMs: number): Promise<void> {
    const stations = [...this.parts.registry.all()];
    for (const station of stations) setTimeout(() => station.drop('draining'), Math.random() * withinMs);
    const closed = Promise.all(stations.map(({ peer }) => peer.closed));
    await within(
      withinMs + END_MS,
      closed.then(() => Promise.all(this.words.values())),
    );
    for (const station of this.parts.registry.all()) station.peer.terminate();
  }

  /** The end of a connection is told after its beginning. */
  private say(station: Station, word: () => Promise<void>): void {
    const before = this.words.get(station);
    const said = (before ? before.then(word) : word()).finally(() => {
      if (this.words.get(station) === said) this.words.delete(station);
    });
    this.words.set(station, said);
  }

  /** First word of the connection; the log keeps it before everything that the station says. */
  private async arrived(station: Station, { credential }: Admission): Promise<void> {
    const { stationId, operatorId, epoch, ocppVersion } = station;
    const receivedAt = this.parts.station.now();
    const data = { stationId, epoch, receivedAt, ocppVersion, credential };
    const fact = newEvent(StationConnected, { operatorId, time: receivedAt, data });
    await this.parts.producer.send([fact]).catch((error: unknown) => {
      this.parts.logger.warn({ err: error, stationId }, 'a connection could not be told and is closed');
      station.drop('not durable');
    });
  }

  private async left(station: Station, reason: string): Promise<void> {
    this.parts.registry.remove(station);
    // The newer connection has told more than the end of this one could.
    if (reason === 'superseded') return this.parts.incidents.note('taken-over', station, station.address);
    await this.parts.connections.over(station, reason).catch((error: unknown) => {
      this.parts.logger.warn(
        { err: error, stationId: station.stationId },
        'the end of a connection will be told later',
      );
    });
  }

  /** What it says nobody knows; it stands in quarantine, so that what runs at the station is looked at. */
  private async tooLarge(station: Station, call: Call): Promise<void> {
    const { incidents, logger } = this.parts;
    incidents.note('message-too-large', station, station.address);
    const message: InboundCall = { kind: 'call', messageId: call.messageId, action: 'unknown', payload: {}, text: '' };
    await this.station
      .quarantine(call, message, 'the message is larger than MAX_MESSAGE_BYTES', {})
      .catch((err: unknown) => {
        logger.warn({ err, stationId: station.stationId }, 'a message that is too large could not be noted');
      });
  }

  private memoryOf(stationId: string): StationMemory {
    const memory = this.memories.get(stationId) ?? {
      rateLimiter: new InboundRateLimiter(this.parts.rateLimits),
      silentUntil: new Map(),
      zonelessStarts: new ZonelessStarts(),
    };
    this.memories.delete(stationId);
    this.memories.set(stationId, memory);
    if (this.memories.size > STATIONS_REMEMBERED) this.memories.delete(this.memories.keys().next().value as string);
    return memory;
  }

  /**
   * A release takes effect at once, a withdrawal with the next boot: until then the station believes it is accepted, and
   * where this process remembers so, its next connections are. What is about transactions is taken in any case.
   */
  private async changed(stationId: string): Promise<void> {
    const station = this.parts.registry.of(stationId);
    if (!station) return;
    try {
      const credential = await this.parts.credentials.of(stationId);
      if (credential?.operatorId !== station.operatorId) station.drop('removed');
      else {
        station.timeZone = credential.timeZone ?? undefined;
        if (credential.registration === 'Accepted') station.registration = 'Accepted';
      }
    } catch (error) {
      this.parts.logger.warn({ err: error, stationId }, 'a change of credentials is not seen yet');
    }
  }
}
