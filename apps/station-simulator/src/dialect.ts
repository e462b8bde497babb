import type { Dispatch, Subprotocol, RpcPeer } from '@chargemesh/ocpp';
import type { Controls } from './controls.js';
import type { Send } from './outbox.js';
import type { Settings } from './settings.js';

/** What a dialect needs to know of a session that is under way. */
export interface SessionState {
  readonly evseId: number;
  readonly idToken: string;
  /** 2.x: chosen by the station; 1.6: issued by the platform as a number, null until then. */
  transactionId: string | null;
  /** 2.x: counts the messages of the transaction. */
  seqNo: number;
  readonly remoteStartId?: number;
}

/** A moment of a session. */
export interface Reading {
  at: Date;
  meterWh: number;
  /** It happened without a connection. */
  offline: boolean;
}

export type StopReason = 'Local' | 'Remote' | 'DeAuthorized' | 'Reboot' | 'UnlockCommand';
export type BootReason = 'PowerUp' | 'RemoteReset';
export type EvseStatus = 'Available' | 'Occupied';

/** How a version of OCPP says what a station has to say. */
export interface Dialect<V extends Subprotocol> {
  readonly version: V;
  /** Whether messages of one transaction may be replayed out of order. */
  readonly ordered: boolean;
  boot(peer: RpcPeer<V>, serialNumber: string, reason: BootReason): Promise<{ accepted: boolean; intervalS: number }>;
  heartbeat: Send<V>;
  status(evseId: number, status: EvseStatus, at: Date): Send<V>;
  /** Whether the token may charge. */
  authorize(peer: RpcPeer<V>, idToken: string): Promise<boolean>;
  started(session: SessionState, reading: Reading): Send<V>;
  sampled(session: SessionState, reading: Reading): Send<V>;
  ended(session: SessionState, reading: Reading, reason: StopReason): Send<V>;
  /** A reading outside a session, as asked for by a trigger. */
  meterValues(evseId: number, reading: Reading): Send<V>;
  /** The station's settings, in as many messages as it takes; none where the version has no reports. */
  reports(requestId: number, settings: Settings, at: Date): Send<V>[];
  /** Takes from the answer to `started` what the session needs; whether the driver may charge. */
  begun(session: SessionState, answer: object): boolean;
  /** The transaction's name when it begins; null where the platform gives it. */
  newTransactionId(): string | null;
  readonly commands: Dispatch<Controls>;
}
