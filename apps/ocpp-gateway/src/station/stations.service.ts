import { StationConnected, newEvent } from '@chargemesh/contracts';
import { type AnsweredCalls, answeredCalls } from '@chargemesh/ocpp';
import type { Logger, Producer } from '@chargemesh/messaging';
import type { WebSocket } from 'ws';
import type { Connections } from '../connections/connections.service.js';
import type { Registry } from '../connections/registry.js';
import type { Credentials } from '../credentials/credentials.service.js';
import type { Speech } from './protocol.js';
import { within } from './within.js';
import { type Admission, Station, type StationParts } from './station.js';

export interface StationsParts {
  readonly registry: Registry<Station>;
  readonly connections: Connections;
  readonly credentials: Credentials;
  readonly producer: Producer;
  readonly station: StationParts;
  readonly logger: Logger;
}

/** A station has one CALL open, so few answers are enough to answer a retry alike. */
const ANSWERS_KEPT = 4;
/** Stations whose answers are kept after they have gone. */
const STATIONS_REMEMBERED = 50_000;
/** How long the last answers and the ends of connections may take at the end of a drain, in milliseconds. */
const END_MS = 5_000;

/** Takes authenticated sockets in and sees them out. */
export class Stations {
  /** By station, so that a message sent again on the next socket is answered alike; the longest unseen goes first. */
  private readonly answered = new Map<string, AnsweredCalls>();
  private readonly leaving = new Set<Promise<void>>();

  constructor(private readonly parts: StationsParts) {
    parts.credentials.onChange((stationId) => void this.changed(stationId));
  }

  accept(socket: WebSocket, admission: Admission, speech: Speech): void {
    const { registry, station: parts } = this.parts;
    const station = new Station(socket, admission, speech, this.answeredBy(admission.stationId), parts);
    registry.add(station);
    const gone = Promise.all([this.arrived(station, admission), station.ended()])
      .then(([, reason]) => this.left(station, reason))
      .finally(() => this.leaving.delete(gone));
    this.leaving.add(gone);
  }

  /** Closes all sockets in jittered slices; what is under way is answered, and every connection's end is told. */
  async drain(withinMs: number): Promise<void> {
    const { registry } = this.parts;
    for (const station of registry.all()) setTimeout(() => station.drop('draining'), Math.random() * withinMs);
    await within(withinMs + END_MS, Promise.all(this.leaving));
    for (const station of registry.all()) station.peer.terminate();
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
    if (reason === 'superseded') return;
    await this.parts.connections.over(station, reason).catch((error: unknown) => {
      this.parts.logger.warn(
        { err: error, stationId: station.stationId },
        'the end of a connection will be told later',
      );
    });
  }

  private answeredBy(stationId: string): AnsweredCalls {
    const answered = this.answered.get(stationId) ?? answeredCalls(ANSWERS_KEPT);
    this.answered.delete(stationId);
    this.answered.set(stationId, answered);
    if (this.answered.size > STATIONS_REMEMBERED) this.answered.delete(this.answered.keys().next().value as string);
    return answered;
  }

  /** A release takes effect at once, a withdrawal with the next boot: until then the station believes it is accepted. */
  private async changed(stationId: string): Promise<void> {
    const station = this.parts.registry.of(stationId);
    if (!station) return;
    try {
      const credential = await this.parts.credentials.of(stationId);
      if (credential?.operatorId !== station.operatorId) station.drop('removed');
      else if (credential.registration === 'Accepted') station.registration = 'Accepted';
    } catch (error) {
      this.parts.logger.warn({ err: error, stationId }, 'a change of credentials is not seen yet');
    }
  }
}
