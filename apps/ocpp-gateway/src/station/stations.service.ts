import { StationConnected, newEvent } from '@chargemesh/contracts';
import { InboundRateLimiter, type InboundRateLimits } from '@chargemesh/ocpp';
import { type Logger, type Producer, within } from '@chargemesh/messaging';
import type { WebSocket } from 'ws';
import type { Connections } from '../connections/connections.service.js';
import type { Registry } from '../connections/registry.js';
import type { CredentialsCache } from '../credentials/credentials-cache.js';
import type { Incidents } from '../incidents/incidents.service.js';
import type { MessageContext } from './message-context.js';
import type { GatewayProtocol } from './protocol.js';
import { ToldTimes } from './told-times.js';
import { ZoneEvidence } from './zone-evidence.js';
import { ZonelessStarts } from './zoneless-starts.js';
import { type Admission, Station, type StationMemory, type StationParts } from './station.js';

export interface StationsParts {
  readonly registry: Registry<Station>;
  readonly connections: Connections;
  readonly credentials: CredentialsCache;
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

/** The lifecycle of authenticated sockets: accepts them, announces connection and end, and drains them. */
export class Stations {
  /** By station; the least recently seen is evicted first. */
  private readonly memories = new Map<string, StationMemory>();
  /** Announcements of connections and their ends that are on their way to the log. */
  private readonly pendingAnnouncements = new Map<Station, Promise<void>>();
  private readonly station: StationParts;

  constructor(private readonly parts: StationsParts) {
    this.station = {
      ...parts.station,
      tooLarge: (station, context) => void this.tooLarge(station, context),
      otherVersion: (station) => parts.incidents.note('other-version', station, station.address),
      gone: (station, reason) => this.announceInOrder(station, () => this.left(station, reason)),
    };
    parts.credentials.onChange((stationId) => void this.changed(stationId));
  }

  accept(socket: WebSocket, admission: Admission, protocol: GatewayProtocol): void {
    const station = new Station(socket, admission, protocol, this.memoryOf(admission.stationId), this.station);
    this.parts.registry.add(station);
    this.announceInOrder(station, () => this.arrived(station, admission));
  }

  /** What the station may send; it outlives its sockets. */
  rateLimiterOf(stationId: string): InboundRateLimiter {
    return this.memoryOf(stationId).rateLimiter;
  }

  /** Closes all sockets, spread over the time; answers in hand are sent, and every connection's end is published. */
  async drain(withinMs: number): Promise<void> {
    const stations = [...this.parts.registry.all()];
    for (const station of stations) setTimeout(() => station.drop('draining'), Math.random() * withinMs);
    const closed = Promise.all(stations.map(({ peer }) => peer.closed));
    await within(
      withinMs + END_MS,
      closed.then(() => Promise.all(this.pendingAnnouncements.values())),
    );
    for (const station of this.parts.registry.all()) station.peer.terminate();
  }

  /** The end of a connection is published after its beginning. */
  private announceInOrder(station: Station, announcement: () => Promise<void>): void {
    const before = this.pendingAnnouncements.get(station);
    const sent = (before ? before.then(announcement) : announcement()).finally(() => {
      if (this.pendingAnnouncements.get(station) === sent) this.pendingAnnouncements.delete(station);
    });
    this.pendingAnnouncements.set(station, sent);
  }

  /** Sent before anything else of the connection, so that the log has it first. */
  private async arrived(station: Station, { credential }: Admission): Promise<void> {
    const { stationId, operatorId, epoch, ocppVersion } = station;
    const receivedAt = this.parts.station.now();
    const data = { stationId, epoch, receivedAt, ocppVersion, credential };
    const event = newEvent(StationConnected, { operatorId, time: receivedAt, data });
    await this.parts.producer.send([event]).catch((error: unknown) => {
      this.parts.logger.warn({ err: error, stationId }, 'a connection could not be published and is closed');
      station.drop('not durable');
    });
  }

  private async left(station: Station, reason: string): Promise<void> {
    this.parts.registry.remove(station);
    // The newer connection's epoch has ended this one already.
    if (reason === 'superseded') return this.parts.incidents.note('taken-over', station, station.address);
    await this.parts.connections.over(station, reason).catch((error: unknown) => {
      this.parts.logger.warn(
        { err: error, stationId: station.stationId },
        'the end of a connection will be published later',
      );
    });
  }

  /** It may have been about a transaction, so it is put into quarantine for a person to look at. */
  private async tooLarge(station: Station, context: MessageContext): Promise<void> {
    const { incidents, logger } = this.parts;
    incidents.note('message-too-large', station, station.address);
    const message = { action: 'unknown', payload: {} };
    await this.station.ports.quarantine
      .add(context, message, 'the message is larger than MAX_MESSAGE_BYTES', {})
      .catch((err: unknown) => {
        logger.warn({ err, stationId: station.stationId }, 'a message that is too large could not be noted');
      });
  }

  private memoryOf(stationId: string): StationMemory {
    const memory = this.memories.get(stationId) ?? {
      rateLimiter: new InboundRateLimiter(this.parts.rateLimits),
      silentUntil: new Map(),
      isZoneProven: false,
      zoneEvidence: new ZoneEvidence(),
      zonelessStarts: new ZonelessStarts(),
      toldTimes: new ToldTimes(),
    };
    this.memories.delete(stationId);
    this.memories.set(stationId, memory);
    if (this.memories.size > STATIONS_REMEMBERED) this.memories.delete(this.memories.keys().next().value as string);
    return memory;
  }

  /**
   * A release takes effect at once, a withdrawal with the next boot: until then the station goes by its last answer, also
   * on its next connections to this process. Messages about transactions are taken in any case.
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
