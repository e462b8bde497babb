import type { RawData, WebSocket } from 'ws';
import { AnsweredCalls, type IncomingCall } from './answered-calls.js';
import { entriesIn } from './entries.js';
import { ConnectionClosed, OcppError, Unanswerable } from './errors.js';
import {
  type Frame,
  type FrameLimits,
  frameLimits,
  type Malformed,
  type MessageId,
  parseBinaryFrame,
  parseTextFrame,
  refusal,
  refusalOfId,
  serialiseFrame,
} from './frames.js';
import type { InboundRateLimiter } from './rate-limiter.js';
import type { Deviation } from './lenient/deviation.js';
import { type CallOptions, type Leniency, OutgoingCalls, type OutgoingLimits } from './outgoing-calls.js';
import { outgoing } from './outgoing.js';
import type { Action, Subprotocol, Request, Response } from './payloads.js';
import { checkRequest } from './schemas.js';
import { type MaybePromise, chain } from './maybe-promise.js';

/** A CALL or SEND from the other side. */
export interface InboundCall extends IncomingCall {
  kind: 'call' | 'send';
  /** How its frame was read, where it is not written as it should be. */
  deviations?: readonly Deviation[];
}

/** Why and how a connection ended; 1006 is a socket that was cut. */
export interface Closing {
  code: number;
  reason: string;
}

export interface RpcOptions<V extends Subprotocol> {
  version: V;
  /** Answers a CALL, or takes a SEND (see `dispatcher`). Throws or rejects with `OcppError` to refuse it, `Unanswerable` to give no answer. */
  answer(call: InboundCall): MaybePromise<object>;
  /** Limits what the other side may send, by back-pressure. Default: no limit. */
  rateLimiter?: InboundRateLimiter;
  /** Called with every message in and out, and with unreadable ones. */
  onFrame?(direction: 'in' | 'out', frame: Frame | Malformed): void;
  /** Called when a message is too long, for which the socket is closed (1009). */
  onTooLarge?(): void;
  /** Called when the socket is closed. */
  onClosed?(closing: Closing): void;
  /** Called with errors that the other side does not see: defects of `answer`, and refused SENDs. */
  onError?(error: unknown, call: InboundCall): void;
  /** Answers that do not fit their schema are read as they are meant; left out, they fail the CALL. */
  leniency?: Leniency;
  /** Default: `rpcLimits`. */
  limits?: RpcLimits;
}

/** Bounds of every wait and every queue of a connection. */
export interface RpcLimits extends FrameLimits, OutgoingLimits {
  /** How many inbound CALLs may wait, and how long they may be together, before the socket is no longer read. */
  backlogMax: number;
  backlogLengthMax: number;
  /** How long an answer may take before the socket is closed instead. */
  answerTimeoutMs: number;
  /** How often the other side is pinged; one that shows no sign of life from one ping to the next is cut off. 0: never. */
  pingIntervalMs: number;
  /** How much may wait to be read by the other side before it is cut off. */
  bufferedBytesMax: number;
  /** How long a close handshake may take. */
  closeTimeoutMs: number;
}

export const rpcLimits: RpcLimits = {
  ...frameLimits,
  callTimeoutMs: 30_000,
  callsWaitingMax: 32,
  lowCallYieldMs: 500,
  lowCallHeldMs: 3_000,
  backlogMax: 16,
  backlogLengthMax: 1_048_576,
  answerTimeoutMs: 60_000,
  pingIntervalMs: 60_000,
  bufferedBytesMax: 4_194_304,
  closeTimeoutMs: 5_000,
};

const policyCode = 1008;
const internalErrorCode = 1011;
const open = 1;
const tooLarge = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
/** How long the close frame may take to the other side before the socket is terminated. */
const cutOffMs = 500;

/**
 * One end of an OCPP connection. Inbound CALLs are answered one after another in their order; CALLs of this side go out
 * one at a time, and neither direction waits for the other (OCPP-J 1.6 §4.1.1, OCPP 2.1 Part 4 §4.1.1).
 */
export class RpcPeer<V extends Subprotocol> {
  private readonly limits: RpcLimits;
  private readonly answered = new AnsweredCalls();
  /** Created on first use: most of many connections send no CALLs. */
  private calls: OutgoingCalls<V> | undefined;
  private readonly backlog: InboundCall[] = [];
  private readonly pings: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  /** When the answer in hand was begun. */
  private begun: number | undefined;
  /** One timer watches all answers: a timer per message would cost more than most answers do. */
  private watch: NodeJS.Timeout | undefined;
  /** Runs while the other side is held back. */
  private held: NodeJS.Timeout | undefined;
  private stuck: (() => void) | undefined;
  private closing: Closing | undefined;
  private closingSeen: Promise<Closing> | undefined;
  private seeClosing: ((closing: Closing) => void) | undefined;
  private stopped = false;
  private alive = true;

  constructor(
    private readonly socket: WebSocket,
    private readonly options: RpcOptions<V>,
  ) {
    this.limits = options.limits ?? rpcLimits;
    if (this.limits.pingIntervalMs > 0) this.pings = setInterval(() => this.checkLife(), this.limits.pingIntervalMs);
    socket.on('close', (code, reason) => this.ended({ code, reason: reason.toString() }));
    socket.on('message', (data, isBinary) => this.receive(data, isBinary));
    socket.on('ping', (data) => this.count(data.length));
    socket.on('pong', () => (this.alive = true));
    // A broken frame or connection: ws closes the socket by itself, and `closed` tells it.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === tooLarge) options.onTooLarge?.();
    });
  }

  /** Resolves when the socket is closed, however that came about. */
  get closed(): Promise<Closing> {
    if (this.closing) return Promise.resolve(this.closing);
    this.closingSeen ??= new Promise((resolve) => (this.seeClosing = resolve));
    return this.closingSeen;
  }

  get version(): V {
    return this.options.version;
  }

  /**
   * Calls the other side and gives its answer, checked.
   * @throws {OcppError} when it refuses or its answer does not fit the schema, `CallTimeout`, `ConnectionClosed`, `QueueFull`.
   */
  call<A extends Action<V>>(action: A, payload: Request<V, A>, options: CallOptions = {}): Promise<Response<V, A>> {
    if (this.stopped) return Promise.reject(new ConnectionClosed('the connection is closed'));
    this.calls ??= new OutgoingCalls(this.version, this.limits, (frame) => this.write(frame), this.options.leniency);
    return this.calls.call(action, payload, options);
  }

  /** Sends a message that is not answered (2.1 only, Part 4 §4.2.5). */
  send<A extends Action<V>>(action: A, payload: Request<V, A>, messageId: string): void {
    if (this.version !== 'ocpp2.1') throw new OcppError('MessageTypeNotSupported', `${this.version} has no SEND`);
    const cleaned = outgoing(action, payload as object);
    checkRequest(this.version, action, cleaned);
    this.write({ type: 'send', messageId, action, payload: cleaned });
  }

  /** Begins no further work, lets the answer in hand go out, and closes; resolves when the socket is closed. */
  async close(code = 1000, reason = ''): Promise<void> {
    this.stopped = true;
    this.backlog.length = 0;
    await Promise.race([this.working, new Promise<void>((resolve) => (this.stuck = resolve))]);
    this.socket.close(code, reason);
    this.socket.resume();
    const timer = setTimeout(() => this.socket.terminate(), this.limits.closeTimeoutMs);
    await this.closed;
    clearTimeout(timer);
  }

  /** Cuts the connection at once. */
  terminate(): void {
    this.stopped = true;
    this.socket.terminate();
  }

  private receive(data: RawData, isBinary: boolean): void {
    this.alive = true;
    if (this.stopped) return;
    this.count((data as Buffer).length);
    const parse = isBinary ? parseBinaryFrame : parseTextFrame;
    const text = (data as Buffer).toString();
    const frame = parse(data as Buffer, this.version, this.limits, text);
    this.options.onFrame?.('in', frame);
    if (frame.type === 'call' || frame.type === 'send') {
      this.hold(this.options.rateLimiter?.tookEntries(entriesIn(frame.payload)));
      this.queue(frame, text);
    } else if (frame.type === 'malformed') this.refuse(frame);
    else this.calls?.settle(frame);
  }

  private refuse(frame: Malformed): void {
    if (frame.answer) this.write(frame.answer);
    if (this.options.rateLimiter?.tookUnreadable()) this.cutOff('too many messages that cannot be read');
  }

  /** Back-pressure: stops reading while the other side is over its limit; TCP slows it down. */
  private count(bytes: number): void {
    this.hold(this.options.rateLimiter?.took(bytes));
  }

  private hold(waitMs = 0): void {
    const { rateLimiter } = this.options;
    if (!rateLimiter || waitMs === 0 || this.held || this.stopped) return;
    this.socket.pause();
    this.held = setTimeout(() => this.readAgain(rateLimiter), waitMs);
  }

  /** What had been received before the pause counted as well, and lengthens it. */
  private readAgain(rateLimiter: InboundRateLimiter): void {
    const { waitMs } = rateLimiter;
    this.held = waitMs > 0 ? setTimeout(() => this.readAgain(rateLimiter), waitMs) : undefined;
    this.read();
  }

  private read(): void {
    const { backlogMax, backlogLengthMax } = this.limits;
    const fits = this.backlog.length <= backlogMax / 2 && this.backlogLength() <= backlogLengthMax / 2;
    if (this.socket.isPaused && !this.held && fits) this.socket.resume();
  }

  /** Closes a connection without reading from it any more, not even the close frame. */
  private cutOff(reason: string): void {
    this.stopped = true;
    this.backlog.length = 0;
    this.socket.close(policyCode, reason);
    this.socket.pause();
    this.stuck?.();
    setTimeout(() => this.socket.terminate(), cutOffMs);
  }

  private queue(frame: Frame & { type: 'call' | 'send' }, text: string): void {
    const { type: kind, messageId, numericId, unreadableId, action, payload, deviations } = frame;
    this.backlog.push({ kind, messageId, numericId, unreadableId, action, payload, deviations, text });
    // What was received already still arrives, at most one read of the socket.
    const { backlogMax, backlogLengthMax } = this.limits;
    if (this.backlog.length > backlogMax || this.backlogLength() > backlogLengthMax) this.socket.pause();
    this.work();
  }

  private backlogLength(): number {
    return this.backlog.reduce((length, { text }) => length + text.length, 0);
  }

  /** Answers the backlog in order, one message at a time. */
  private work(): void {
    while (!this.working) {
      const call = this.backlog.shift();
      if (!call) return;
      const done = call.kind === 'send' ? this.take(call) : this.reply(call);
      if (done instanceof Promise) this.wait(done);
      this.read();
    }
  }

  private wait(done: Promise<void>): void {
    this.begun = performance.now();
    this.watch ??= setTimeout(() => this.checkAnswer(), this.limits.answerTimeoutMs);
    this.working = done.then(() => {
      this.begun = undefined;
      this.working = undefined;
      this.work();
    });
  }

  private take(call: InboundCall): MaybePromise<void> {
    return chain(
      () => this.options.answer(call),
      () => undefined,
      (error) => this.options.onError?.(error, call),
    );
  }

  private reply(call: InboundCall): MaybePromise<void> {
    return chain(
      () => this.answered.once(call, () => this.options.answer(call)),
      (payload) => this.write(call.unreadableId ? refusalOfId() : { type: 'result', ...idOf(call), payload }),
      (error) => this.fail(call, error),
    );
  }

  private fail(call: InboundCall, error: unknown): void {
    if (error instanceof Unanswerable) return this.giveUp(error.message);
    if (error instanceof OcppError) return this.write(refusal('error', call, error));
    this.options.onError?.(error, call);
    this.write(refusal('error', call, new OcppError('InternalError')));
  }

  /** An answer that takes too long is not waited for: the socket is closed instead. */
  private checkAnswer(): void {
    this.watch = undefined;
    if (this.begun === undefined || this.socket.readyState !== open) return;
    const left = this.begun + this.limits.answerTimeoutMs - performance.now();
    if (left > 0) this.watch = setTimeout(() => this.checkAnswer(), left);
    else this.giveUp('no answer in time');
  }

  /** Closes without an answer, so that the station keeps its message and sends it again. */
  private giveUp(reason: string): void {
    this.stopped = true;
    this.backlog.length = 0;
    this.socket.close(internalErrorCode, Buffer.from(reason).subarray(0, 120).toString());
    this.socket.resume();
    this.stuck?.();
  }

  private write(frame: Frame): void {
    if (this.socket.readyState !== open) return;
    this.socket.send(serialiseFrame(frame, this.version));
    this.options.onFrame?.('out', frame);
    if (this.socket.bufferedAmount > this.limits.bufferedBytesMax) this.terminate();
  }

  private checkLife(): void {
    // While the socket is paused a pong cannot arrive.
    if (this.socket.isPaused) return;
    if (!this.alive) return this.terminate();
    this.alive = false;
    if (this.socket.readyState === open) this.socket.ping();
  }

  private ended(closing: Closing): void {
    this.stopped = true;
    this.backlog.length = 0;
    clearInterval(this.pings);
    clearTimeout(this.watch);
    clearTimeout(this.held);
    this.calls?.end(`the connection closed (${closing.code})`);
    this.closing = closing;
    this.seeClosing?.(closing);
    this.options.onClosed?.(closing);
  }
}

function idOf({ messageId, numericId }: MessageId): MessageId {
  return numericId ? { messageId, numericId } : { messageId };
}
