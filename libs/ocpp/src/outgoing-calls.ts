import { randomUUID } from 'node:crypto';
import { CallTimeout, ConnectionClosed, OcppError, QueueFull, UnreadableAnswer } from './errors.js';
import { type ErrorFrame, type Frame, refusal } from './frames.js';
import type { Deviation, LenientReading, ReadingContext } from './lenient/deviation.js';
import { outgoing } from './outgoing.js';
import type { Action, Subprotocol, Request, Response } from './payloads.js';
import { checkRequest, checkResponse, readLeniently } from './schemas.js';

/** Which of the CALLs that wait goes first; a `low` one that is not answered at once lets the others go ahead. */
export type CallPriority = 'high' | 'normal' | 'low';

export interface CallOptions {
  /** From now to the answer, the wait in the queue included. Default: the connection's `callTimeoutMs`. */
  timeoutMs?: number;
  /** For a message that is sent again under its first id. Default: a new one. */
  messageId?: string;
  /** Default: `normal`. */
  priority?: CallPriority;
}

/** How answers that do not fit their schema are read. */
export interface Leniency {
  readingContext(): ReadingContext;
  /** Called with how the answer to an action was read. */
  wasRead(action: string, reading: LenientReading): void;
}

interface Answered {
  payload: object;
  /** How its frame was read. */
  deviations: readonly Deviation[];
}

interface Waiting {
  messageId: string;
  action: string;
  payload: object;
  rank: number;
  sentAt?: number;
  /** The earlier time-out of a CALL that more urgent ones wait for. */
  hurry?: NodeJS.Timeout | undefined;
  resolve: (answer: Answered) => void;
  reject: (error: Error) => void;
}

export interface OutgoingLimits {
  callTimeoutMs: number;
  callsWaitingMax: number;
  /** How long a CALL of low priority may be under way before those that are more urgent go ahead of its answer. */
  lowCallYieldMs: number;
  /** How long the answer to one that was overtaken in this way still counts. */
  lowCallHeldMs: number;
}

type Answer = Exclude<Frame, { type: 'call' | 'send' }>;

const RANK: Readonly<Record<CallPriority, number>> = { high: 0, normal: 1, low: 2 };

/**
 * The CALLs of this side: one is under way at a time, the others wait in a bounded queue, by priority. When a CALL that is
 * not answered lets the next one go is this side's choice (OCPP-J 1.6 §4.1.1, OCPP 2.1 Part 4 §4.1.1).
 */
export class OutgoingCalls<V extends Subprotocol> {
  private readonly waiting: Waiting[] = [];
  private underWay: Waiting | undefined;
  /** A CALL of low priority that others overtook; until its end no other of low priority is sent. */
  private overtaken: Waiting | undefined;

  constructor(
    private readonly version: V,
    private readonly limits: OutgoingLimits,
    private readonly write: (frame: Frame) => void,
    private readonly leniency?: Leniency,
  ) {}

  /** Queues a CALL and gives its checked answer. */
  async call<A extends Action<V>>(action: A, request: Request<V, A>, options: CallOptions): Promise<Response<V, A>> {
    const rank = RANK[options.priority ?? 'normal'];
    if (!this.hasRoom(rank)) throw new QueueFull('never sent: too many calls wait for the station');
    const payload = outgoing(action, request as object);
    checkRequest(this.version, action, payload);
    const messageId = options.messageId ?? randomUUID();
    const call = { messageId, action, payload, rank };
    const answer = await this.exchange(call, options.timeoutMs ?? this.limits.callTimeoutMs);
    return this.check(action, messageId, answer) as Response<V, A>;
  }

  /** Matches an answer with its CALL; an unexpected one is ignored. */
  settle(answer: Answer): void {
    const call = this.take(answer.messageId);
    if (!call || answer.type === 'resultError') return;
    if (answer.type === 'result') call.resolve({ payload: answer.payload, deviations: answer.deviations ?? [] });
    else call.reject(errorOf(answer));
    this.next();
  }

  /** Fails every CALL: the connection is gone. */
  end(reason: string): void {
    const calls = [this.underWay, this.overtaken, ...this.waiting.splice(0)];
    this.underWay = this.overtaken = undefined;
    for (const call of calls) call?.reject(new ConnectionClosed(reason, call.sentAt !== undefined));
  }

  /** Whether one more may wait; a full queue drops its last CALL for a more urgent one. */
  private hasRoom(rank: number): boolean {
    if (this.waiting.length < this.limits.callsWaitingMax) return true;
    const last = this.waiting.at(-1);
    if (!last || last.rank <= rank) return false;
    this.waiting.pop();
    last.reject(new QueueFull('never sent: more urgent calls took its place'));
    return true;
  }

  private async exchange(
    { messageId, action, payload, rank }: Pick<Waiting, 'messageId' | 'action' | 'payload' | 'rank'>,
    timeoutMs: number,
  ): Promise<Answered> {
    let expiry: NodeJS.Timeout | undefined;
    let call: Waiting | undefined;
    const answer = new Promise<Answered>((resolve, reject) => {
      const queued: Waiting = { messageId, action, payload, rank, resolve, reject };
      call = queued;
      const behind = this.waiting.findIndex((other) => other.rank > rank);
      this.waiting.splice(behind < 0 ? this.waiting.length : behind, 0, queued);
      expiry = setTimeout(() => this.expire(queued), timeoutMs);
    });
    this.next();
    this.hurry();
    return await answer.finally(() => {
      clearTimeout(expiry);
      clearTimeout(call?.hurry);
    });
  }

  private expire(call: Waiting): void {
    if (!this.release(call)) this.giveUp(call);
    else {
      call.reject(new CallTimeout(call.action, true));
      if (call.rank === RANK.low) this.spare(call.action);
    }
    this.next();
  }

  /** Drops waiting best-effort CALLs of an action that has just timed out: each would time out as well. */
  private spare(action: string): void {
    const alike = this.waiting.filter((other) => other.rank === RANK.low && other.action === action);
    for (const call of alike) this.giveUp(call);
  }

  private giveUp(call: Waiting): void {
    this.waiting.splice(this.waiting.indexOf(call), 1);
    call.reject(new CallTimeout(call.action, false));
  }

  private next(): void {
    const [call] = this.waiting;
    if (this.underWay || !call || (this.overtaken && call.rank === RANK.low)) return;
    this.waiting.shift();
    this.underWay = call;
    call.sentAt = performance.now();
    this.write({ type: 'call', ...pick(call) });
  }

  /** Shortens the time-out of a best-effort CALL once a more urgent one waits. */
  private hurry(): void {
    const call = this.underWay;
    if (!call || call.rank !== RANK.low || call.hurry || !this.isUrgentWaiting()) return;
    call.hurry = setTimeout(() => this.overtake(call), this.limits.lowCallYieldMs - ageOf(call));
  }

  private overtake(call: Waiting): void {
    call.hurry = undefined;
    if (!this.isUrgentWaiting()) return;
    this.underWay = undefined;
    this.overtaken = call;
    call.hurry = setTimeout(() => this.expire(call), this.limits.lowCallHeldMs - ageOf(call));
    this.next();
  }

  private isUrgentWaiting(): boolean {
    const [first] = this.waiting;
    return first !== undefined && first.rank < RANK.low;
  }

  private take(messageId: string): Waiting | undefined {
    const call = [this.underWay, this.overtaken].find((sent) => sent?.messageId === messageId);
    return call && this.release(call) ? call : undefined;
  }

  /** Tells whether the CALL was sent and is not answered; it is under way no longer. */
  private release(call: Waiting): boolean {
    if (this.underWay === call) this.underWay = undefined;
    else if (this.overtaken === call) this.overtaken = undefined;
    else return false;
    return true;
  }

  private check(action: string, messageId: string, { payload, deviations }: Answered): object {
    try {
      const reading = this.read(action, payload);
      if (deviations.length + reading.deviations.length > 0)
        this.leniency?.wasRead(action, { ...reading, deviations: [...deviations, ...reading.deviations] });
      return reading.payload;
    } catch (error) {
      if (!(error instanceof OcppError)) throw error;
      // Only 2.1 has a way to refuse an answer.
      if (this.version === 'ocpp2.1') this.write(refusal('resultError', { messageId }, error));
      throw new UnreadableAnswer(error.code, error.description, error.details);
    }
  }

  private read(action: string, payload: object): LenientReading {
    try {
      checkResponse(this.version, action, payload);
      return { payload, deviations: [] };
    } catch (error) {
      if (!this.leniency) throw error;
      return readLeniently(this.version, action, 'Response', payload, this.leniency.readingContext());
    }
  }
}

/** Since when the CALL is under way, in milliseconds. */
function ageOf({ sentAt = 0 }: Waiting): number {
  return performance.now() - sentAt;
}

function pick({ messageId, action, payload }: Waiting): { messageId: string; action: string; payload: object } {
  return { messageId, action, payload };
}

function errorOf({ code, description, details }: ErrorFrame): OcppError {
  return new OcppError(code, description, details);
}
