/** One station to simulate, as `demo.json` names it. */
export interface StationSpec {
  id: string;
  ocppVersion: '1.6' | '2.0.1' | '2.1';
  /** Basic credentials; left out: none are sent. */
  password?: string;
  evses?: number;
  /** What its connectors deliver at most, in kW; left out: whatever cars draw. */
  maxPowerKw?: number;
  /** EVSEs that charge only when they are asked to remotely; the others charge by plan too. */
  onRequest?: readonly number[];
}

/** How likely each fault is, 0 to 1. */
export interface Faults {
  /** Per transaction message: the socket is cut before the answer arrives; the message comes again on reconnect. */
  drop: number;
  /** Per transaction message: it is sent a second time after it was answered. */
  duplicate: number;
  /** Per session: part of it happens offline and is replayed. */
  offline: number;
  /** Per offline spell of 2.x: the replay is out of order. */
  reorder: number;
}

/** Told what stations see of the platform, for who measures it. */
export interface StationWatch {
  /** A message was answered, so long after it was sent. */
  answered(milliseconds: number): void;
  /** A station that had lost its connection has another. */
  reconnected(loss: ConnectionLoss): void;
}

export interface ConnectionLoss {
  stationId: string;
  /** For how long it had no connection. */
  milliseconds: number;
  /** How often it had to try. */
  attempts: number;
}

export interface SessionShape {
  /** Length in virtual minutes, from–to. */
  minutes: readonly [number, number];
  /** Charging power in kW, from–to. */
  powerKw: readonly [number, number];
  /** Virtual minutes between two sessions. */
  gapMinutes: number;
  /** Meter values within a session, begin and end not counted. */
  samples: number;
}

export interface StationsOptions {
  /** Where stations connect, without a station's id: `ws://127.0.0.1:8080/ocpp`. */
  url: string;
  stations: readonly StationSpec[];
  /** Tokens the drivers hold up; the platform should accept them. */
  idTokens: readonly string[];
  clock: { now(): Date };
  /** Sessions of all stations together; left out: they charge until they are stopped. 0: only what is asked remotely. */
  sessions?: number;
  /** The same seed gives the same sessions and faults. */
  seed?: number;
  session?: Partial<SessionShape>;
  /** Of sessions that are asked for remotely, where they differ. */
  remoteSession?: Partial<SessionShape>;
  /**
   * Virtual seconds per real second, in the past: none is ahead of its arrival. 1: live. Infinity: as fast as the platform
   * answers, such that the last session ends about now.
   */
  timeScale?: number;
  faults?: Partial<Faults>;
  /** A reconnect waits between these, doubling and jittered. */
  backoffMs?: readonly [number, number];
  /** The first connects are spread over this time. */
  rampMs?: number;
  /** Reaching anything but this machine takes a deliberate yes. */
  allowRemote?: boolean;
  log?: (line: string) => void;
  watch?: StationWatch;
}

export interface SimulateOptions extends StationsOptions {
  sessions: number;
  /** When the run gives up; what was not acknowledged by then is marked so. */
  deadlineMs?: number;
}

export const noFaults: Faults = { drop: 0, duplicate: 0, offline: 0, reorder: 0 };
/** Below 100 kWh, which the networks of tests believe of any connector. */
export const sessionShape: SessionShape = { minutes: [20, 70], powerKw: [7, 80], gapMinutes: 5, samples: 3 };

const stationsMax = 5_000;
const sessionsMax = 1_000_000;

/** Refuses what would be boundless or would reach strangers. @throws {RangeError} with a sentence for the user. */
export function checkOptions({ url, stations, sessions, idTokens, allowRemote }: StationsOptions): void {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'ws:' && protocol !== 'wss:') throw new RangeError('The URL must begin with ws:// or wss://.');
  if (!allowRemote && !isLoopback(hostname)) {
    throw new RangeError(
      `${hostname} is not this machine. Simulate against other machines only if they are yours, with --allow-remote.`,
    );
  }
  if (stations.length < 1 || stations.length > stationsMax) {
    throw new RangeError(`Between 1 and ${stationsMax} stations can be simulated.`);
  }
  if (new Set(stations.map(({ id }) => id)).size < stations.length) throw new RangeError('Station ids must be unique.');
  if (sessions !== undefined && !(Number.isInteger(sessions) && sessions >= 0 && sessions <= sessionsMax)) {
    throw new RangeError(`Between 0 and ${sessionsMax} sessions can be simulated.`);
  }
  if (sessions !== 0 && stations.some(({ evses = 1, onRequest }) => onRequest && new Set(onRequest).size >= evses)) {
    throw new RangeError('A station that charges by plan needs an EVSE that does not wait to be asked.');
  }
  if (idTokens.length === 0) throw new RangeError('At least one token is needed.');
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
