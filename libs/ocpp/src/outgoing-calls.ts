import { randomUUID } from 'node:crypto';
import { CallTimeout, ConnectionClosed, OcppError, QueueFull } from './errors.js';
import { type ErrorFrame, type Frame, refusal } from './frames.js';
import { outgoing } from './outgoing.js';
import type { Action, OcppVersion, Request, Response } from './payloads.js';
import { checkRequest, checkResponse } from './schemas.js';

export interface CallOptions {
  /** From now to the answer, the wait in the queue included. Default: the connection's `callTimeoutMs`. */
  timeoutMs?: number;
  /** For a message that is sent again under its first id. Default: a new one. */
  messageId?: string;
}

interface Waiting {
  messageId: string;
  action: string;
  payload: object;
  resolve: (payload: object) => void;
  reject: (error: Error) => void;
}

type Answer = Exclude<Frame, { type: 'call' | 'send' }>;

/** The CALLs of this side: one is under way at a time, the others wait in a bounded queue. */
export class OutgoingCalls<V extends OcppVersion> {
  private readonly waiting: Waiting[] = [];
  private underWay: Waiting | undefined;

  constructor(
    private readonly version: V,
    private readonly limits: { callTimeoutMs: number; callsWaitingMax: number },
    private readonly write: (frame: Frame) => void,
  ) {}

  /** Queues a CALL and gives its checked answer. */
  async call<A extends Action<V>>(action: A, request: Request<V, A>, options: CallOptions): Promise<Response<V, A>> {
    if (this.waiting.length >= this.limits.callsWaitingMax) throw new QueueFull(`too many calls wait for the station`);
    const payload = outgoing(action, request as object);
    checkRequest(this.version, action, payload);
    const messageId = options.messageId ?? randomUUID();
    const answer = await this.exchange(messageId, action, payload, options.timeoutMs ?? this.limits.callTimeoutMs);
    this.check(action, messageId, answer);
    return answer as Response<V, A>;
  }

  /** Hands an answer to the CALL it belongs to; one that nobody waits for is ignored. */
  settle(answer: Answer): void {
    const call = this.take(answer.messageId);
    if (!call || answer.type === 'resultError') return;
    if (answer.type === 'result') call.resolve(answer.payload);
    else call.reject(errorOf(answer));
    this.next();
  }

  /** Fails the CALL under way if it has this id; tells whether it had. */
  fail(messageId: string, reason: string): boolean {
    const call = this.take(messageId);
    call?.reject(new OcppError('RpcFrameworkError', reason));
    this.next();
    return call !== undefined;
  }

  /** Fails every CALL: the connection is gone. */
  end(reason: string): void {
    const calls = [this.underWay, ...this.waiting.splice(0)];
    this.underWay = undefined;
    for (const call of calls) call?.reject(new ConnectionClosed(reason));
  }

  private async exchange(messageId: string, action: string, payload: object, timeoutMs: number): Promise<object> {
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<object>((resolve, reject) => {
      const call = { messageId, action, payload, resolve, reject };
      this.waiting.push(call);
      timer = setTimeout(() => this.expire(call), timeoutMs);
    });
    this.next();
    return await answer.finally(() => clearTimeout(timer));
  }

  private expire(call: Waiting): void {
    const sent = this.underWay === call;
    if (sent) this.underWay = undefined;
    else this.waiting.splice(this.waiting.indexOf(call), 1);
    call.reject(new CallTimeout(call.action, sent));
    this.next();
  }

  private next(): void {
    if (this.underWay) return;
    this.underWay = this.waiting.shift();
    if (this.underWay) this.write({ type: 'call', ...pick(this.underWay) });
  }

  private take(messageId: string): Waiting | undefined {
    const call = this.underWay;
    if (call?.messageId !== messageId) return undefined;
    this.underWay = undefined;
    return call;
  }

  private check(action: string, messageId: string, answer: object): void {
    try {
      checkResponse(this.version, action, answer);
    } catch (error) {
      // Only 2.1 has a way to refuse an answer.
      if (this.version === 'ocpp2.1' && error instanceof OcppError)
        this.write(refusal('resultError', messageId, error));
      throw error;
    }
  }
}

function pick({ messageId, action, payload }: Waiting): { messageId: string; action: string; payload: object } {
  return { messageId, action, payload };
}

function errorOf({ code, description, details }: ErrorFrame): OcppError {
  return new OcppError(code, description, details);
}
