import { hash } from 'node:crypto';
import { Type, type Static, type TObject, type TProperties, type TSchema } from 'typebox';
import { validator } from './schema.js';

const DAY_MS = 86_400_000;
export const days = (count: number): number => count * DAY_MS;
export const hours = (count: number): number => (count * DAY_MS) / 24;

/** Namespace of the ids that are derived from a fact's identity (RFC 9562 §5.5). */
const FACTS = Buffer.from('a2f1a3d85f0c4f439d6e3a7b0f6f2c11', 'hex');

/** A Kafka topic, declared once: its name, the fields its key is made of, its shape on the broker. */
export interface Topic {
  readonly name: string;
  readonly key: readonly string[];
  readonly partitions: number;
  /** How long a record is kept, in milliseconds; compacted topics keep the newest of each key for ever. */
  readonly retentionMs: number;
  readonly compacted: boolean;
  readonly events: Map<string, AnyContract>;
}

/** What is said about one event type: its topic, what identifies a fact, what parks together, its data. */
export interface Contract<T extends TObject = TObject> {
  readonly type: string;
  readonly topic: Topic;
  readonly schema: T;
  /** Fields whose values make two sendings the same fact. */
  readonly identity: readonly string[];
  /** Fields of the key under which a failed message parks, and its followers behind it. */
  readonly parkBy: readonly string[];
  validate(data: unknown): Static<T>;
}

/** A contract of which only what all have in common is used. */
export type AnyContract = Omit<Contract, 'schema' | 'validate'> & {
  readonly schema: TSchema;
  validate(data: unknown): unknown;
};

/** An event as it travels: a CloudEvent whose id is derived from the fact's identity. */
export interface Event<Type extends string = string, Data = Record<string, unknown>> {
  readonly id: string;
  readonly type: Type;
  readonly topic: string;
  readonly key: string;
  readonly parkingKey: string;
  readonly operatorId: string;
  /** When the fact happened; the same in every sending of it. RFC 3339, UTC. */
  readonly time: string;
  /** W3C trace context of the step that caused it. */
  readonly traceparent?: string;
  readonly data: Data;
}

/** The event type of a contract: `EventOf<typeof SessionEnded>`. */
export type EventOf<C> = C extends Contract<infer T> & { readonly type: infer Name extends string }
  ? Event<Name, Static<T>>
  : never;
export type DataOf<C> = C extends Contract<infer T> ? Static<T> : never;

interface TopicOptions {
  key: string[];
  partitions?: number;
  retentionMs?: number;
  compacted?: boolean;
}

const declared = new Map<string, Topic>();

/** Declares a topic. The partition count is part of the contract: it never changes within a major version. */
export function topic(name: string, options: TopicOptions): Topic {
  const { key, partitions = 24, retentionMs = days(7), compacted = false } = options;
  const declaration: Topic = { name, key, partitions, retentionMs, compacted, events: new Map() };
  declared.set(name, declaration);
  return declaration;
}

/** Every declared topic, in the order of declaration. */
export function allTopics(): Topic[] {
  return [...declared.values()];
}

/** Declares an event type of a topic. */
export function event<const Name extends string, P extends TProperties>(
  on: Topic,
  type: Name,
  about: { identity: (keyof P & string)[]; parkBy?: (keyof P & string)[]; data: P },
): Contract<TObject<P>> & { readonly type: Name } {
  const schema = Type.Object(about.data, { additionalProperties: true });
  const contract = {
    type,
    topic: on,
    schema,
    identity: about.identity,
    parkBy: about.parkBy ?? on.key,
    validate: validator(schema),
  };
  on.events.set(type, contract);
  return contract;
}

/**
 * Declares the one event type of a compacted topic: the whole state of an aggregate.
 * Readers apply only a higher `version`; `deleted` says that it is gone (there are no tombstones).
 */
export function state<const Name extends string, P extends TProperties>(on: Topic, type: Name, data: P) {
  const properties = { ...data, version: Type.Integer({ minimum: 1 }), deleted: Type.Boolean() };
  return event(on, type, {
    identity: [...on.key, 'version'] as (keyof typeof properties & string)[],
    data: properties,
  });
}

/** Where the name of a fact is put behind the namespace, for its digest. */
const NAMED = Buffer.concat([FACTS, Buffer.alloc(1_024)]);

function named(fact: string): Buffer {
  // No character of a text takes more than three bytes.
  const fits = FACTS.length + fact.length * 3 <= NAMED.length;
  return fits
    ? NAMED.subarray(0, FACTS.length + NAMED.write(fact, FACTS.length))
    : Buffer.concat([FACTS, Buffer.from(fact)]);
}

/** Name-based UUID; on the gateway's hot path, hence the digest in one call. */
function uuidV5(name: string): string {
  const digest = hash('sha1', named(name));
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const [a, b, c] = [digest.slice(0, 8), digest.slice(8, 12), digest.slice(13, 16)];
  return `${a}-${b}-5${c}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

/** Makes an event of a contract; throws `SchemaViolation` when the data does not fit. */
export function newEvent<T extends TObject, Name extends string>(
  contract: Contract<T> & { readonly type: Name },
  fact: { operatorId: string; time: string; data: Static<T>; traceparent?: string | undefined },
): Event<Name, Static<T>> {
  return addressed(contract, contract.validate(fact.data), fact);
}

/** The id of a fact: equal for equal operator, type and identity, whoever sends it and however often. */
export function factId(contract: AnyContract, operatorId: string, data: unknown): string {
  return uuidV5(JSON.stringify([operatorId, contract.type, ...pick(data, contract.identity)]));
}

function addressed<Name extends string, Data>(
  contract: AnyContract & { readonly type: Name },
  data: Data,
  about: { operatorId: string; time: string; traceparent?: string | undefined; id?: string },
): Event<Name, Data> {
  const { topic: on, parkBy } = contract;
  const key = pick(data, on.key).join('/');
  return {
    id: about.id ?? factId(contract, about.operatorId, data),
    type: contract.type,
    topic: on.name,
    key,
    parkingKey: parkBy === on.key ? key : pick(data, parkBy).join('/'),
    operatorId: about.operatorId,
    time: about.time,
    ...(about.traceparent ? { traceparent: about.traceparent } : {}),
    data,
  };
}

function pick(data: unknown, fields: readonly string[]): unknown[] {
  const record = data as Record<string, unknown>;
  return fields.map((field) => record[field] ?? null);
}

/** Rebuilds an event from what a record carried; throws `SchemaViolation`. */
export function readEvent(
  contract: AnyContract,
  record: { id: string; operatorId: string; time: string; traceparent?: string | undefined; data: unknown },
): Event {
  return addressed(contract, contract.validate(record.data) as Record<string, unknown>, record);
}
