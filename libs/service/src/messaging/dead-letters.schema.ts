import { Note, matching } from '@chargemesh/contracts';
import { type DeadLetter, type DiscardedLetter, discardedLetters, parkedLetters } from '@chargemesh/messaging';
import { Type, type Static } from 'typebox';
import { ApiList } from '../http/list.js';
import { nameSchemas } from '../http/name-schemas.js';
import { withoutSecrets } from '../telemetry/secrets.js';

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const BIGGEST_ID = 19;

const order = 'oldest';
const ShortText = Type.String({ maxLength: 255 });
const filters = { consumer: Type.Optional(ShortText), parkingKey: Type.Optional(ShortText) };
export const parked = new ApiList(parkedLetters, { order, filters });
export const discarded = new ApiList(discardedLetters, { order, filters });
export const ListQuery = Type.Object({
  ...parked.query.properties,
  /** Those that were given up, in place of those that are parked. */
  discarded: Type.Optional(Type.Boolean({ default: false })),
});
export const LetterParams = Type.Object({
  id: matching(`^[0-9]{1,${BIGGEST_ID - 1}}$`, 'the number of a dead letter'),
});
export const ReplayBody = Type.Object({
  consumer: Type.String({ minLength: 1, maxLength: 255 }),
  parkingKey: Type.String({ maxLength: 1_000 }),
});
export const DiscardBody = Type.Object({ reason: Note });
export const ReplayView = Type.Object({ replayed: Type.Integer(), reason: Nullable(Type.String()) });
export const LetterView = Type.Object({
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
export type LetterView = Static<typeof LetterView>;
export type ReplayView = Static<typeof ReplayView>;
nameSchemas({
  DeadLetterReplayBody: ReplayBody,
  DeadLetterDiscardBody: DiscardBody,
  DeadLetterReplay: ReplayView,
  DeadLetter: LetterView,
});

export function viewOf(letter: DeadLetter | DiscardedLetter): LetterView {
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
