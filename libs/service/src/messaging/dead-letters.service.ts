import { Inject, Injectable } from '@nestjs/common';
import type { DeadLetter, DeadLetters, DiscardedLetter } from '@chargemesh/messaging';
import { ALL_OPERATORS, Database, type Scope } from '@chargemesh/persistence';
import type { Static } from 'typebox';
import { Audit } from '../access/audit.js';
import { Clock } from '../clock.js';
import type { Caller } from '../http/caller.js';
import type { Page } from '../http/list.js';
import { problem } from '../problem.js';
import { type LetterView, type ListQuery, type ReplayView, discarded, parked, viewOf } from './dead-letters.schema.js';

/** Token of the service's `DeadLetters`. */
export const DEAD_LETTERS = Symbol('dead letters');

/** What people do with the events that a service's consumers have parked, and what is put on record of it. */
@Injectable()
export class DeadLettersService {
  constructor(
    @Inject(DEAD_LETTERS) private readonly letters: DeadLetters,
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  list(caller: Caller, query: Static<typeof ListQuery>): Promise<Page<LetterView>> {
    const list: Pick<typeof parked, 'page'> = query.discarded ? discarded : parked;
    return this.database.transaction([], (tx) => list.page(tx, scopeOf(caller), query, viewOf));
  }

  async find(caller: Caller, id: string): Promise<DeadLetter | DiscardedLetter> {
    const letter = await this.letters.get(id);
    if (!letter || !mayTouch(caller, letter)) throw problem('not-found', { id });
    return letter;
  }

  /** Applies what is parked under a key, in order, up to the first that fails again. */
  async replay(caller: Caller, consumer: string, parkingKey: string): Promise<ReplayView> {
    const [first] = await this.letters.list({ consumer, parkingKey, limit: 1 });
    if (!first || !mayTouch(caller, first)) throw problem('not-found', { consumer, parkingKey });
    return this.goOn(caller, consumer, parkingKey);
  }

  /** Gives one up, and applies what waited behind it. */
  async discard(caller: Caller, id: string, reason: string): Promise<ReplayView> {
    const letter = await this.find(caller, id);
    const by = { discardedAt: this.clock.now(), discardedBy: caller.subject, discardReason: reason };
    await this.database.transaction([caller.operatorId], async (tx) => {
      if (!(await this.letters.discard(tx, letter, by))) throw problem('not-found', { id });
      const { consumer, topic, parkingKey, eventId, eventType } = letter;
      const change = { reason, consumer, topic, parkingKey, eventId, eventType, parkedFor: letter.reason };
      await this.audit.add(tx, caller, 'discard', 'dead-letter', id, change);
    });
    return this.goOn(caller, letter.consumer, letter.parkingKey);
  }

  private async goOn(caller: Caller, consumer: string, parkingKey: string): Promise<ReplayView> {
    const { replayed, reason = null } = await this.letters.replay(consumer, parkingKey);
    await this.database.transaction([caller.operatorId], (tx) =>
      this.audit.add(tx, caller, 'replay', 'dead-letter', parkingKey, { consumer, replayed, reason }),
    );
    return { replayed, reason };
  }
}

function scopeOf(caller: Caller): Scope {
  return caller.installation ? ALL_OPERATORS : caller.operatorId;
}

function mayTouch(caller: Caller, letter: DeadLetter): boolean {
  return caller.installation || letter.operatorId === caller.operatorId;
}
