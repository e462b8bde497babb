import type { Topic } from './contract.js';

interface EventSnapshot {
  readonly identity: readonly string[];
  readonly parkBy: readonly string[];
  readonly schema: JsonSchema;
}
interface TopicSnapshot {
  readonly key: readonly string[];
  readonly partitions: number;
  readonly retentionMs: number;
  readonly compacted: boolean;
  readonly events: Readonly<Record<string, EventSnapshot>>;
}
export type ContractsSnapshot = Readonly<Record<string, TopicSnapshot>>;

/** The part of JSON Schema that the contracts use. */
interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly [keyword: string]: unknown;
}

/** What is promised to readers of the topics, as plain JSON. */
export function snapshotOf(topics: readonly Topic[]): ContractsSnapshot {
  const entries = topics.map(({ name, events, key, partitions, retentionMs, compacted }) => [
    name,
    {
      key,
      partitions,
      retentionMs,
      compacted,
      events: Object.fromEntries(
        [...events.values()].map(({ type, identity, parkBy, schema }) => [type, { identity, parkBy, schema }]),
      ),
    },
  ]);
  return JSON.parse(JSON.stringify(Object.fromEntries(entries))) as ContractsSnapshot;
}

/** Upper limits that may not fall and lower ones that may not rise, or facts already in the log would become invalid. */
const CEILINGS = ['maximum', 'maxLength', 'maxItems'];
const FLOORS = ['minimum', 'minLength', 'minItems'];

/** What a reader or a record of the old contracts would stumble over; empty when the change only adds. */
export function incompatibilities(before: ContractsSnapshot, after: ContractsSnapshot): string[] {
  return Object.entries(before).flatMap(([name, old]) => {
    const now = after[name];
    if (!now) return [`${name}: the topic is gone`];
    const frozen = (['key', 'partitions', 'compacted'] as const).filter((part) => !same(old[part], now[part]));
    return [
      ...frozen.map((part) => `${name}: ${part} may not change within a major version`),
      ...Object.entries(old.events).flatMap(([type, event]) =>
        eventChanges(`${name} ${type}`, event, now.events[type]),
      ),
    ];
  });
}

function eventChanges(at: string, before: EventSnapshot, after: EventSnapshot | undefined): string[] {
  if (!after) return [`${at}: the event is gone`];
  return [
    ...(same(before.parkBy, after.parkBy) ? [] : [`${at}: parkBy may not change`]),
    ...(tellsApart(before, after) ? [] : [`${at}: identity may not change but by optional fields at its end`]),
    ...schemaChanges(at, before.schema, after.schema),
  ];
}

/**
 * Whether facts that were told apart still are. What is told again after the identity has grown has another id than
 * before: readers of that event must take the same content twice.
 */
function tellsApart(before: EventSnapshot, after: EventSnapshot): boolean {
  const [known, added] = [
    after.identity.slice(0, before.identity.length),
    after.identity.slice(before.identity.length),
  ];
  return same(before.identity, known) && added.every((field) => !after.schema.required?.includes(field));
}

function schemaChanges(at: string, before: JsonSchema, after: JsonSchema): string[] {
  const changes: string[] = [];
  if (before.type !== after.type) changes.push(`${at}: the type changed`);
  for (const keyword of ['pattern', 'format', 'const']) {
    if (after[keyword] !== undefined && before[keyword] !== after[keyword]) changes.push(`${at}: ${keyword} changed`);
  }
  changes.push(
    ...limitChanges(at, before, after),
    ...wordChanges(at, before, after),
    ...propertyChanges(at, before, after),
  );
  if (before.items && after.items) changes.push(...schemaChanges(`${at}[]`, before.items, after.items));
  before.anyOf?.forEach((variant, index) => {
    const name = nameOf(variant) ?? index;
    const now = typeof name === 'string' ? after.anyOf?.find((other) => nameOf(other) === name) : after.anyOf?.[name];
    changes.push(...(now ? schemaChanges(`${at}|${name}`, variant, now) : [`${at}: variant ${name} is gone`]));
  });
  return changes;
}

/** Members of a union that say their name are known by it, wherever they stand. */
function nameOf({ properties }: JsonSchema): string | undefined {
  const name = properties?.['name']?.['const'];
  return typeof name === 'string' ? name : undefined;
}

function limitChanges(at: string, before: JsonSchema, after: JsonSchema): string[] {
  const limit = (of: JsonSchema, name: string, none: number): number => Number(of[name] ?? none);
  return [
    ...CEILINGS.filter((name) => limit(after, name, Infinity) < limit(before, name, Infinity)).map(
      (name) => `${at}: ${name} fell`,
    ),
    ...FLOORS.filter((name) => limit(after, name, -Infinity) > limit(before, name, -Infinity)).map(
      (name) => `${at}: ${name} rose`,
    ),
  ];
}

function wordChanges(at: string, before: JsonSchema, after: JsonSchema): string[] {
  const gone = (before.enum ?? []).filter((word) => after.enum && !after.enum.includes(word));
  return gone.map((word) => `${at}: "${word}" is gone`);
}

function propertyChanges(at: string, before: JsonSchema, after: JsonSchema): string[] {
  const [required, requiredNow] = [before.required ?? [], after.required ?? []];
  return [
    ...requiredNow.filter((name) => !required.includes(name)).map((name) => `${at}.${name}: became required`),
    ...required.filter((name) => !requiredNow.includes(name)).map((name) => `${at}.${name}: is no longer promised`),
    ...Object.entries(before.properties ?? {}).flatMap(([name, schema]) => {
      const now = after.properties?.[name];
      return now ? schemaChanges(`${at}.${name}`, schema, now) : [`${at}.${name}: is gone`];
    }),
  ];
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
