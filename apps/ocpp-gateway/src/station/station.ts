import type { OcppVersion, RegistrationStatus } from '@chargemesh/contracts';
import {
  type Action,
  type AnsweredCalls,
  type Closing,
  type InboundCall,
  OcppError,
  type OcppVersion as Subprotocol,
  type Request,
  type RpcLimits,
  type RpcOptions,
  RpcPeer,
  type Soon,
  Unanswerable,
  proceed,
} from '@chargemesh/ocpp';
import type { WebSocket } from 'ws';
import type { DropReason, LocalConnection } from '../connections/registry.js';
import type { Call } from './call.js';
import type { Context, Speech } from './protocol.js';
import { mayCall } from './registration.decide.js';
import type { FrameTelemetry } from './telemetry.js';

/** What all stations of the process share. */
export interface StationParts extends Omit<Context, 'call'> {
  readonly now: () => string;
  readonly telemetry: FrameTelemetry;
  readonly limits: RpcLimits;
  /** Hears that a station's socket is closed, and why. */
  readonly gone: (station: Station, reason: string) => void;
}

export interface Admission {
  readonly stationId: string;
  readonly operatorId: string;
  readonly epoch: number;
  readonly registration: RegistrationStatus;
  /** Which password opened the door. */
  readonly credential: { readonly version: number; readonly previous: boolean };
}

/** OCPP-J close codes are those of RFC 6455; a station reconnects after any of them. */
const CLOSE_CODE: Readonly<Record<DropReason, number>> = {
  superseded: 1008,
  removed: 1008,
  draining: 1012,
  'not durable': 1011,
};

/** What a connection costs while it is Pending: the actions that its commands made it send. */
const NOTHING: ReadonlySet<string> = new Set();

/** One authenticated socket of a station. */
export class Station implements LocalConnection, RpcOptions<Subprotocol> {
  readonly stationId: string;
  readonly operatorId: string;
  readonly epoch: number;
  readonly peer: RpcPeer<Subprotocol>;
  /** What the station was told last, or may believe since before it connected. */
  registration: RegistrationStatus;
  /** Commands that it can do without: what it does not know, by action, and how many are under way. */
  readonly courtesies = { unknown: new Set<string>(), underWay: 0 };
  private admitted = NOTHING;
  private dropped: DropReason | undefined;

  constructor(
    socket: WebSocket,
    admission: Admission,
    readonly speech: Speech,
    readonly answered: AnsweredCalls,
    private readonly parts: StationParts,
  ) {
    this.stationId = admission.stationId;
    this.operatorId = admission.operatorId;
    this.epoch = admission.epoch;
    this.registration = admission.registration;
    this.peer = new RpcPeer(socket, this);
  }

  get version(): Subprotocol {
    return this.speech.version;
  }

  get ocppVersion(): OcppVersion {
    return this.speech.ocppVersion;
  }

  get limits(): RpcLimits {
    return this.parts.limits;
  }

  onError(error: unknown, message: InboundCall): void {
    this.parts.defect(message, error);
  }

  onClosed({ code, reason }: Closing): void {
    this.parts.gone(this, (this.dropped ?? `closed with ${code} ${reason}`).trim().slice(0, 255));
  }

  drop(reason: DropReason): void {
    if (this.dropped) return;
    this.dropped = reason;
    void this.peer.close(CLOSE_CODE[reason], reason);
  }

  /** Sends a CALL of one of the version's actions, as its table has made it. */
  call(action: string, payload: object, timeoutMs: number): Promise<object> {
    return this.peer.call(action as Action<Subprotocol>, payload as Request<Subprotocol, Action<Subprotocol>>, {
      timeoutMs,
    }) as Promise<object>;
  }

  /** Lets the station send these actions before it is Accepted. */
  admit(actions: readonly string[]): void {
    this.admitted = new Set([...this.admitted, ...actions]);
  }

  answer(message: InboundCall): Soon<object> {
    const { telemetry } = this.parts;
    // What a station makes up must not become names in the metrics.
    const action = this.speech.fromStation.has(message.action) ? message.action : 'other';
    const frame = telemetry.start(this.ocppVersion, action, this.stationId);
    return proceed(
      () => this.dispatch(message, frame.traceparent),
      (answer) => {
        telemetry.end(frame, 'answered');
        return answer;
      },
      (error) => {
        telemetry.end(frame, error instanceof Unanswerable ? 'unanswered' : 'refused');
        throw error;
      },
    );
  }

  private dispatch(message: InboundCall, traceparent: string | undefined): Soon<object> {
    const { speech, parts } = this;
    if (!mayCall(this.registration, message.action, this.admitted))
      throw new OcppError('SecurityError', 'the station is not accepted');
    const call: Call = {
      stationId: this.stationId,
      operatorId: this.operatorId,
      epoch: this.epoch,
      ocppVersion: this.ocppVersion,
      messageId: message.messageId,
      receivedAt: parts.now(),
      ...(traceparent ? { traceparent } : {}),
    };
    const { abilities, quarantine, defect } = parts;
    return speech.dispatch(message, { call, abilities, quarantine, defect });
  }
}
