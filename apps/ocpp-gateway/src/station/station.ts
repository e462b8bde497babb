import type { OcppVersion, RegistrationStatus } from '@chargemesh/contracts';
import {
  type Action,
  type CallPriority,
  type Closing,
  type InboundCall,
  type InboundRateLimiter,
  type Leniency,
  OcppError,
  type Subprotocol,
  type Request,
  type RpcLimits,
  type LenientReading,
  type ReadingContext,
  type RpcOptions,
  RpcPeer,
  type MaybePromise,
  Unanswerable,
  type ZonelessAs,
  isSentBy,
  subprotocols,
  chain,
  storableText,
} from '@chargemesh/ocpp';
import type { WebSocket } from 'ws';
import { REFUSED } from '../authorization/authorization.js';
import type { BestEffortCalls } from '../commands/commands.decide.js';
import type { DropReason, LocalConnection } from '../connections/registry.js';
import type { MessageContext } from './message-context.js';
import type { Ports } from './ports.js';
import type { Dispatch, GatewayProtocol } from './protocol.js';
import { digestOf } from './digest.js';
import { begins } from './begins.js';
import { wordAt } from './flags.js';
import { mayCall, refusesToken } from './registration.decide.js';
import { readingContextOf } from '../deviations/reading-context.js';
import type { Deviations } from '../deviations/deviations.service.js';
import type { FrameTelemetry } from './telemetry.js';
import type { ToldTimes } from './told-times.js';
import type { ZoneEvidence } from './zone-evidence.js';
import type { ZonelessStart, ZonelessStarts } from './zoneless-starts.js';

/** What all stations of the process share. */
export interface StationParts extends Omit<Dispatch, 'context' | 'leniency'> {
  readonly now: () => string;
  readonly deviations: Pick<Deviations, 'add' | 'prove'>;
  readonly telemetry: FrameTelemetry;
  readonly limits: RpcLimits;
  /** A station sent a message above the limit. */
  readonly tooLarge: (station: Station, context: MessageContext) => void;
  /** A station sent a message of another version of OCPP. */
  readonly otherVersion: (station: Station) => void;
  /** A station's socket is closed, and why. */
  readonly gone: (station: Station, reason: string) => void;
}

/** What is known of a station beyond one connection. */
export interface StationMemory {
  /** Reconnecting does not refill it. */
  readonly rateLimiter: InboundRateLimiter;
  /** As in the admission, and what this process has seen since. */
  readonly silentUntil: Map<string, number>;
  /** The answer to its last boot, which the station goes by until the next one, on every connection. */
  registration?: RegistrationStatus;
  /** How its times without a zone are read; persisted periodically. */
  zonelessAs?: ZonelessAs | undefined;
  isZoneProven: boolean;
  readonly zoneEvidence: ZoneEvidence;
  readonly zonelessStarts: ZonelessStarts;
  readonly toldTimes: ToldTimes;
}

export interface Admission {
  readonly stationId: string;
  readonly operatorId: string;
  readonly epoch: number;
  readonly registration: RegistrationStatus;
  /** Where it connects from. */
  readonly address: string;
  /** IANA zone of the station's site, and as what its times without a zone were read before. */
  readonly timeZone: string | null;
  readonly zonelessAs: ZonelessAs | null;
  readonly isZoneProven: boolean | null;
  /** Until when best-effort actions that it did not answer are not sent again. */
  readonly silentUntil: Readonly<Record<string, number>>;
  /** Which password was used. */
  readonly credential: { readonly version: number; readonly previous: boolean };
}

/** OCPP-J close codes are those of RFC 6455; a station reconnects after any of them. */
const CLOSE_CODE: Readonly<Record<DropReason, number>> = {
  superseded: 1008,
  removed: 1008,
  draining: 1012,
  'not durable': 1011,
};

/** Shared by all connections that no command has made an exception for. */
const NO_ACTIONS: ReadonlySet<string> = new Set();

const MESSAGE_ID_LENGTH_MAX = 36;

/** A message's id as events carry it: storable text, or a digest where it is too long or unreadable. */
function eventMessageId({ messageId, unreadableId, text }: InboundCall): string {
  if (unreadableId) return digestOf(text).slice(0, 32);
  return messageId.length > MESSAGE_ID_LENGTH_MAX ? digestOf(messageId).slice(0, 32) : storableText(messageId);
}

/** One authenticated socket of a station. */
export class Station implements LocalConnection, RpcOptions<Subprotocol>, Leniency {
  readonly stationId: string;
  readonly operatorId: string;
  readonly epoch: number;
  readonly address: string;
  readonly connectedAt: string;
  readonly peer: RpcPeer<Subprotocol>;
  readonly bestEffort: BestEffortCalls;
  readonly rateLimiter: InboundRateLimiter;
  timeZone: string | undefined;
  private admitted = NO_ACTIONS;
  private dropped: DropReason | undefined;

  constructor(
    socket: WebSocket,
    admission: Admission,
    readonly protocol: GatewayProtocol,
    private readonly memory: StationMemory,
    private readonly parts: StationParts,
  ) {
    this.stationId = admission.stationId;
    this.operatorId = admission.operatorId;
    this.epoch = admission.epoch;
    this.address = admission.address;
    this.connectedAt = parts.now();
    memory.registration = memory.registration === 'Accepted' ? 'Accepted' : admission.registration;
    this.rateLimiter = memory.rateLimiter;
    const { silentUntil } = memory;
    for (const [action, until] of Object.entries(admission.silentUntil))
      silentUntil.set(action, Math.max(until, silentUntil.get(action) ?? 0));
    this.bestEffort = { unknown: new Set(), silentUntil, underWay: 0 };
    this.timeZone = admission.timeZone ?? undefined;
    if (memory.zonelessAs === undefined || (admission.isZoneProven && !memory.isZoneProven)) {
      memory.zonelessAs = admission.zonelessAs ?? undefined;
      memory.isZoneProven = admission.isZoneProven ?? false;
    }
    this.peer = new RpcPeer(socket, this);
  }

  get version(): Subprotocol {
    return this.protocol.version;
  }

  get ocppVersion(): OcppVersion {
    return this.protocol.ocppVersion;
  }

  /** As the station was answered last, which may have been before it connected. */
  get registration(): RegistrationStatus {
    return this.memory.registration ?? 'Rejected';
  }

  set registration(status: RegistrationStatus) {
    this.memory.registration = status;
  }

  get zonelessAs(): ZonelessAs | undefined {
    return this.memory.zonelessAs;
  }

  set zonelessAs(zonelessAs: ZonelessAs | undefined) {
    this.memory.zonelessAs = zonelessAs;
  }

  get isZoneProven(): boolean {
    return this.memory.isZoneProven;
  }

  set isZoneProven(isZoneProven: boolean) {
    this.memory.isZoneProven = isZoneProven;
  }

  get limits(): RpcLimits {
    return this.parts.limits;
  }

  get leniency(): Leniency {
    return this;
  }

  readingContext(): ReadingContext {
    return readingContextOf(this, new Date(this.parts.now()));
  }

  wasRead(action: string, reading: LenientReading): void {
    this.parts.deviations.add(this, action, reading);
  }

  onError(error: unknown, message: InboundCall): void {
    this.parts.defect(message, error);
  }

  onTooLarge(): void {
    this.parts.tooLarge(this, this.contextOf('too-large', undefined));
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
  call(action: string, payload: object, options: { timeoutMs: number; priority: CallPriority }): Promise<object> {
    const request = payload as Request<Subprotocol, Action<Subprotocol>>;
    return this.peer.call(action as Action<Subprotocol>, request, options) as Promise<object>;
  }

  /** Lets the station send these actions before it is Accepted. */
  admit(actions: readonly string[]): void {
    this.admitted = new Set([...this.admitted, ...actions]);
  }

  answer(message: InboundCall): MaybePromise<object> {
    const { telemetry } = this.parts;
    // Unknown actions share one label, so that a station cannot inflate the cardinality of the metrics.
    const action = this.protocol.fromStation.has(message.action) ? message.action : 'other';
    const frame = telemetry.start(this.ocppVersion, action, this);
    return chain(
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

  private dispatch(message: InboundCall, traceparent: string | undefined): MaybePromise<object> {
    const { protocol, parts } = this;
    if (!mayCall(this.registration, message.action, this.admitted))
      throw new OcppError('SecurityError', 'the station is not accepted');
    if (isOfOtherVersion(this.version, message.action)) parts.otherVersion(this);
    const context = this.contextOf(eventMessageId(message), traceparent);
    const ports = refusesToken(this.registration, message) ? withTokensRefused(parts.ports) : parts.ports;
    const leniency: Leniency = {
      readingContext: () => this.readingContext(),
      wasRead: (action, reading) => this.messageRead(message, context, action, reading),
    };
    return protocol.dispatch(message, { context, ports, leniency, defect: parts.defect });
  }

  private contextOf(messageId: string, traceparent: string | undefined): MessageContext {
    return {
      stationId: this.stationId,
      operatorId: this.operatorId,
      epoch: this.epoch,
      ocppVersion: this.ocppVersion,
      messageId,
      receivedAt: this.parts.now(),
      connectedAt: this.connectedAt,
      toldTimes: this.memory.toldTimes,
      ...(traceparent ? { traceparent } : {}),
    };
  }

  private messageRead(message: InboundCall, context: MessageContext, action: string, reading: LenientReading): void {
    this.wasRead(action, reading);
    const { zonelessAs: readAs } = reading;
    if (!readAs || !reading.deviations.some(({ rule }) => rule === 'time-zone')) return;
    const { zonelessStarts } = this.memory;
    const { timestamp: at } = reading.payload as { timestamp?: unknown };
    if (begins(message) && typeof at === 'string') zonelessStarts.add({ message, context, readAs }, at);
    this.proveZone(reading, context);
    const meant = this.zonelessAs ?? readAs;
    for (const start of zonelessStarts.readOtherwise(meant)) this.publishAgain(start, meant);
    if (this.isZoneProven) zonelessStarts.clear();
  }

  /** What the station tells at once shows how it means its times. */
  private proveZone({ deviations }: LenientReading, { receivedAt }: MessageContext): void {
    const written = wordAt({ deviations }, '/timestamp', 'time-zone');
    if (written === undefined || this.timeZone === undefined) return;
    const shown = this.memory.zoneEvidence.add(written, receivedAt, this.timeZone);
    if (shown) this.parts.deviations.prove(this, shown);
  }

  /** Publishes a start again, at the time by which its station has turned out to mean it: the same transaction. */
  private publishAgain({ message, context }: ZonelessStart, zonelessAs: ZonelessAs): void {
    const { ports, defect } = this.parts;
    const { timeZone, isZoneProven } = this;
    const reading = readingContextOf({ timeZone, zonelessAs, isZoneProven }, new Date(context.receivedAt));
    const leniency: Leniency = { readingContext: () => reading, wasRead: () => undefined };
    const dispatched = async () => this.protocol.dispatch(message, { context, ports, leniency, defect });
    dispatched().catch((error: unknown) => defect(message, error));
  }
}

/** At a station that is not accepted nothing begins: its tokens are refused without asking (ADR 6). */
function withTokensRefused(ports: Ports): Ports {
  return { ...ports, authorization: { ...ports.authorization, authorize: () => Promise.resolve(REFUSED) } };
}

/** Whether stations send an action in other versions only: such a station has negotiated one version and uses another. */
function isOfOtherVersion(version: Subprotocol, action: string): boolean {
  if (isSentBy(version, 'fromStation', action)) return false;
  return subprotocols.some((other) => isSentBy(other, 'fromStation', action));
}
