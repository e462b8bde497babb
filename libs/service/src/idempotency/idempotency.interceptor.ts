import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Database, Transaction } from '@chargemesh/persistence';
import type { Response } from 'express';
import { type Observable, from, lastValueFrom } from 'rxjs';
import { SERVICE } from '../http/api-controller.js';
import { BODY, type BodyPolicy } from '../http/body.js';
import { NEEDED_ROLE, type RequestWithCaller } from '../http/caller.js';
import { PLATFORM, type Platform } from '../platform/platform.js';
import { problem } from '../problem.js';
import type { ServiceName } from '../definition.js';
import { type KeptAnswer, answerOf, keepAnswer } from './answers.store.js';
import { fingerprintOf, idempotencyKeyOf } from './idempotency-key.js';
import { IN_STEPS } from './in-steps.js';
import { Turns } from './turns.js';

/** On answers that were given before. */
const REPLAYED = 'idempotent-replayed';

interface Sent {
  readonly operatorId: string;
  readonly key: string;
  readonly fingerprint: string;
}

interface Asked {
  readonly sent: Sent;
  readonly database: Database;
  readonly response: Response;
  readonly handle: () => Promise<unknown>;
}

/**
 * Carries out a POST with an Idempotency-Key once (draft-ietf-httpapi-idempotency-key-header): its answer is kept in the
 * transaction of its change, so that whoever was cut off, by `kill -9` too, sends it again and either finds the answer or has
 * it carried out now. What is refused changes nothing and is not kept.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly turns = new WeakMap<Database, Turns>();

  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const sent = this.sentIn(context);
    if (!sent) return next.handle();
    const service = this.marked<ServiceName>(context, SERVICE);
    if (service === undefined) throw new Error('a route without a service has a caller');
    const database = this.platform.databaseOf(service);
    const response = context.switchToHttp().getResponse<Response>();
    const handle = (): Promise<unknown> => lastValueFrom(next.handle(), { defaultValue: undefined });
    const asked = { sent, database, response, handle };
    const inSteps = this.marked<boolean>(context, IN_STEPS) === true;
    if (inSteps) return from(this.inSteps(asked));
    const carryOut = async (): Promise<unknown> => {
      // Nobody waits for it any more: who sends it again has it carried out then.
      if (response.destroyed) throw problem('unavailable');
      return this.atOnce(asked);
    };
    return from(this.turnsOf(database).take(carryOut));
  }

  /** A POST that changes something, under a key. What viewers may send changes nothing, and what is put in bulk is put again without harm. */
  private sentIn(context: ExecutionContext): Sent | undefined {
    const request = context.switchToHttp().getRequest<RequestWithCaller>();
    const { method, caller } = request;
    const isPut = this.marked<BodyPolicy>(context, BODY)?.as === 'stream';
    if (method !== 'POST' || !caller || isPut || this.marked(context, NEEDED_ROLE) === 'viewer') return undefined;
    const key = idempotencyKeyOf(request);
    return key === undefined ? undefined : { operatorId: caller.operatorId, key, fingerprint: fingerprintOf(request) };
  }

  private atOnce({ sent, database, response, handle }: Asked): Promise<unknown> {
    return database.unitOfWork([sent.operatorId], async (tx) => {
      const lock = lockOf(sent);
      if (!(await tx.tryLock([lock])).has(lock)) throw problem('idempotency-key-in-progress');
      const known = await this.known(tx, sent, response);
      if (known) return known.body;
      const body = await handle();
      await this.keep(tx, sent, body);
      return body;
    });
  }

  /** Under a lock that no transaction holds: PostgreSQL ends one that stands idle while the steps are done. */
  private async inSteps({ sent, database, response, handle }: Asked): Promise<unknown> {
    const within = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
      database.transaction([sent.operatorId], work);
    const done = await database.exclusively(lockOf(sent), async () => {
      const known = await within((tx) => this.known(tx, sent, response));
      if (known) return known;
      const body = await handle();
      await within((tx) => this.keep(tx, sent, body));
      return { body };
    });
    if (!done) throw problem('idempotency-key-in-progress');
    return done.body;
  }

  private async known(tx: Transaction, sent: Sent, response: Response): Promise<{ body: unknown } | undefined> {
    const kept = await answerOf(tx, sent.operatorId, sent.key);
    if (!kept) return undefined;
    if (kept.fingerprint !== sent.fingerprint) throw problem('idempotency-key-reused');
    response.setHeader(REPLAYED, 'true');
    return { body: this.opened(kept) };
  }

  private keep(tx: Transaction, sent: Sent, body: unknown): Promise<void> {
    const answer = this.platform.secretBox.seal(JSON.stringify({ body }), contextOf(sent));
    return keepAnswer(tx, { ...sent, answer, answeredAt: this.platform.clock.now() });
  }

  private opened(kept: KeptAnswer): unknown {
    const text = this.platform.secretBox.open(kept.answer, contextOf(kept));
    if (text === undefined) throw problem('idempotent-answer-unreadable');
    return (JSON.parse(text) as { body?: unknown }).body;
  }

  /** Each holds a connection while it is carried out; one that works in steps holds none in between. */
  private turnsOf(database: Database): Turns {
    const known = this.turns.get(database) ?? new Turns(Math.max(1, Math.floor(database.pool.max / 2)));
    this.turns.set(database, known);
    return known;
  }

  private marked<T>(context: ExecutionContext, mark: string): T | undefined {
    return this.reflector.getAllAndOverride<T | undefined>(mark, [context.getHandler(), context.getClass()]);
  }
}

function lockOf({ operatorId, key }: Sent): string {
  return `idempotency:${operatorId}:${key}`;
}

/** An answer that is put to another key or request is unreadable there. */
function contextOf({ operatorId, key, fingerprint }: Sent): string {
  return `${operatorId} ${fingerprint} ${key}`;
}
