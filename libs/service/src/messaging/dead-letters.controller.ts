import { Body, Get, HttpCode, Inject, Param, Post, Query, type Type as Class } from '@nestjs/common';
import { Note, matching } from '@chargemesh/contracts';
import {
  type DeadLetter,
  type DeadLetters,
  type DiscardedLetter,
  discardedLetters,
  parkedLetters,
} from '@chargemesh/messaging';
import { ALL_OPERATORS, Database, type Scope } from '@chargemesh/persistence';
import { Type, type Static } from 'typebox';
import { Audit } from '../access/audit.js';
import { Clock } from '../clock.js';
import type { ServiceName } from '../definition.js';
import { ApiController } from '../http/api-controller.js';
import { CallerOf, type Caller, ForInstallation, Needs } from '../http/caller.js';
import { checked } from '../http/checked.js';
import { Endpoint } from '../http/endpoint.js';
import { InSteps } from '../idempotency/in-steps.js';
import { nameSchemas } from '../http/name-schemas.js';
import { ApiList, type Page } from '../http/list.js';
import { problem } from '../problem.js';
import { withoutSecrets } from '../telemetry/secrets.js';

/** Token of the service's `DeadLetters`. */
export const DEAD_LETTERS = Symbol('dead letters');

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const BIGGEST_ID = 19;

const order = 'oldest';
const ShortText = Type.String({ maxLength: 255 });
const filters = { consumer: Type.Optional(ShortText), parkingKey: Type.Optional(ShortText) };
const parked = new ApiList(parkedLetters, { order, filters });
const discarded = new ApiList(discardedLetters, { order, filters });
const ListQuery = Type.Object({
  ...parked.query.properties,
  /** Those that were given up, in place of those that are parked. */
  discarded: Type.Optional(Type.Boolean({ default: false })),
});
const LetterParams = Type.Object({ id: matching(`^[0-9]{1,${BIGGEST_ID - 1}}$`, 'the number of a dead letter') });
const ReplayBody = Type.Object({
  consumer: Type.String({ minLength: 1, maxLength: 255 }),
  parkingKey: Type.String({ maxLength: 1_000 }),
});
const DiscardBody = Type.Object({ reason: Note });
const ReplayView = Type.Object({ replayed: Type.Integer(), reason: Nullable(Type.String()) });
const LetterView = Type.Object({
  id: Type.String(),
  consumer: Type.String(),
  topic: Type.String(),
  partition: Type.Integer(),
  offset: Type.String(),
  parkingKey: Type.String(),
  operatorId: Nullable(Type.String()),
  eventId: Nullable(Type.String()),
  eventType: Nullable(Type.String()),
  /** Null for what waits behind another letter of its key. */
  reason: Nullable(Type.String()),
  parkedAt: Type.String(),
  /** Until then it is tried again by itself. */
  waitsUntil: Nullable(Type.String()),
  /** The event's data; text, if it is not JSON. */
  value: Type.Unknown(),
  /** Who gave it up, when and why; null while it is parked. */
  discarded: Nullable(Type.Object({ at: Type.String(), by: Type.String(), reason: Type.String() })),
});
type LetterView = Static<typeof LetterView>;
nameSchemas({
  DeadLetterReplayBody: ReplayBody,
  DeadLetterDiscardBody: DiscardBody,
  DeadLetterReplay: ReplayView,
  DeadLetter: LetterView,
});

/** What a service's consumers have parked, or people given up: an operator's own, or all for the installation's administrator. */
export function deadLettersOf(service: ServiceName): Class {
  @ApiController(service, 'dead-letters')
  @Needs('admin')
  @ForInstallation()
  class DeadLettersController {
    constructor(
      @Inject(DEAD_LETTERS) private readonly letters: DeadLetters,
      private readonly database: Database,
      private readonly audit: Audit,
      private readonly clock: Clock,
    ) {}

    @Get()
    @Endpoint({
      summary: 'Events that could not be applied, and those that wait behind them',
      list: [parked, discarded],
      query: ListQuery,
      answer: LetterView,
    })
    list(
      @CallerOf() caller: Caller,
      @Query(checked(ListQuery)) query: Static<typeof ListQuery>,
    ): Promise<Page<LetterView>> {
      const list: Pick<typeof parked, 'page'> = query.discarded ? discarded : parked;
      return this.database.transaction([], (tx) => list.page(tx, scopeOf(caller), query, viewOf));
    }

    @Get(':id')
    @Endpoint({ summary: 'One of them', params: LetterParams, answer: LetterView })
    async get(
      @CallerOf() caller: Caller,
      @Param(checked(LetterParams)) { id }: Static<typeof LetterParams>,
    ): Promise<LetterView> {
      const letter = await this.letters.get(id);
      if (!letter || !mayTouch(caller, letter)) throw problem('not-found', { id });
      return viewOf(letter);
    }

    @Post('replays')
    @InSteps()
    @HttpCode(200)
    @Endpoint({
      summary: 'Apply what is parked under a key, in order, up to the first that fails again',
      body: ReplayBody,
      answer: ReplayView,
    })
    async replay(
      @CallerOf() caller: Caller,
      @Body(checked(ReplayBody)) { consumer, parkingKey }: Static<typeof ReplayBody>,
    ): Promise<Static<typeof ReplayView>> {
      const [first] = await this.letters.list({ consumer, parkingKey, limit: 1 });
      if (!first || !mayTouch(caller, first)) throw problem('not-found', { consumer, parkingKey });
      return this.goOn(caller, consumer, parkingKey);
    }

    @Post(':id/discard')
    @HttpCode(200)
    @Endpoint({
      summary: 'Give one up, for a reason that is kept with it, and apply what waited behind it',
      params: LetterParams,
      body: DiscardBody,
      answer: ReplayView,
    })
    async discard(
      @CallerOf() caller: Caller,
      @Param(checked(LetterParams)) { id }: Static<typeof LetterParams>,
      @Body(checked(DiscardBody)) { reason }: Static<typeof DiscardBody>,
    ): Promise<Static<typeof ReplayView>> {
      const letter = await this.letters.get(id);
      if (!letter || !mayTouch(caller, letter)) throw problem('not-found', { id });
      const by = { discardedAt: this.clock.now(), discardedBy: caller.subject, discardReason: reason };
      await this.database.transaction([caller.operatorId], async (tx) => {
        if (!(await this.letters.discard(tx, letter, by))) throw problem('not-found', { id });
        const { consumer, topic, parkingKey, eventId, eventType } = letter;
        const change = { reason, consumer, topic, parkingKey, eventId, eventType, parkedFor: letter.reason };
        await this.audit.add(tx, caller, 'discard', 'dead-letter', id, change);
      });
      return this.goOn(caller, letter.consumer, letter.parkingKey);
    }

    private async goOn(caller: Caller, consumer: string, parkingKey: string): Promise<Static<typeof ReplayView>> {
      const { replayed, reason = null } = await this.letters.replay(consumer, parkingKey);
      await this.database.transaction([caller.operatorId], (tx) =>
        this.audit.add(tx, caller, 'replay', 'dead-letter', parkingKey, { consumer, replayed, reason }),
      );
      return { replayed, reason };
    }
  }
  return DeadLettersController;
}

function scopeOf(caller: Caller): Scope {
  return caller.installation ? ALL_OPERATORS : caller.operatorId;
}

function mayTouch(caller: Caller, letter: DeadLetter): boolean {
  return caller.installation || letter.operatorId === caller.operatorId;
}

function viewOf(letter: DeadLetter | DiscardedLetter): LetterView {
  const { id, consumer, topic, partition, parkingKey, operatorId, eventId, eventType, reason, value } = letter;
  return {
    id,
    consumer,
    topic,
    partition,
    offset: letter.logOffset,
    parkingKey,
    operatorId,
    eventId,
    eventType,
    reason,
    parkedAt: letter.parkedAt.toISOString(),
    waitsUntil: letter.waitsUntil?.toISOString() ?? null,
    value: readable(value),
    discarded: 'discardedAt' in letter ? discardingOf(letter) : null,
  };
}

function discardingOf({ discardedAt, discardedBy, discardReason }: DiscardedLetter): LetterView['discarded'] {
  return { at: discardedAt.toISOString(), by: discardedBy, reason: discardReason };
}

/** Without secrets: hashes of keys and passwords travel in events. */
function readable(value: string): unknown {
  try {
    return withoutSecrets(JSON.parse(value));
  } catch {
    return value;
  }
}
