import { describe, expect, it } from '@jest/globals';
import { parseFrame } from '../frames.js';
import { messageRows, subprotocols } from '../messages.js';
import type { Subprotocol } from '../payloads.js';
import { type Kind, readLeniently, schemaOf } from '../schemas.js';
import { payloadOf } from '../testing/payloads.js';

/** Reading takes some times as long as parsing; work by the square of these lengths, a thousand times. */
const timesMax = 300;
const chars = 10_000;
const names = 1_000;

/** Every optional member, and one element in every list. */
const whole = () => 0.39;
const texts = [
  `${'1'.repeat(chars)}x`,
  `${' \u0001'.repeat(chars / 2)}x`,
  `2026-01-01T10:00:00${' '.repeat(chars)}x`,
  `x${'- ;'.repeat(chars / 3)}x`,
];

type Path = readonly string[];
type Place = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Place {
  return typeof value === 'object' && value !== null;
}

/** The places of a payload, and of each kind of object the first. */
function placesOf(value: unknown, path: Path = []): { leaves: Path[]; objects: Path[] } {
  if (!isObject(value)) return { leaves: [path], objects: [] };
  const inner = Object.entries(value).map(([name, item]) => placesOf(item, [...path, name]));
  const own = Array.isArray(value) ? [] : [path];
  return {
    leaves: inner.flatMap(({ leaves }) => leaves),
    objects: [...own, ...inner.flatMap(({ objects }) => objects)],
  };
}

function changed(value: unknown, [name, ...deeper]: Path, change: (value: unknown) => unknown): unknown {
  if (name === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item) => changed(item, deeper, change));
  return { ...(value as Place), [name]: changed((value as Place)[name], deeper, change) };
}

function durationOf(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** How many times as long as its parsing the reading of a message takes; the best of a few, on a machine that is busy. */
function costOf(version: Subprotocol, action: string, kind: Kind, payload: unknown): number {
  const frame = JSON.stringify([2, '1', action, payload]);
  const once = () => {
    const parsing = durationOf(() => JSON.parse(frame) as unknown);
    return (
      durationOf(() => {
        const call = parseFrame(frame, version);
        try {
          if ('payload' in call) readLeniently(version, action, kind, call.payload, { arrivedAt: new Date(0) });
        } catch {
          // Refused is as well as read.
        }
      }) / parsing
    );
  };
  let cost = once();
  for (let again = 0; again < 4 && cost > timesMax; again++) cost = Math.min(cost, once());
  return cost;
}

/** Many members whose names are one of an object's own in other letters, or like none, or long. */
function crowds(object: Place): Place[] {
  const [own = 'unit'] = Object.keys(object);
  const spelt = (at: number) => `${own.charAt(0)}${'_'.repeat(1 + (at % 40))}${'-'.repeat(at / 40)}${own.slice(1)}`;
  const of = (name: (at: number) => string) =>
    Object.fromEntries(Array.from({ length: names }, (_, at) => [name(at), at]));
  return [of(spelt), of((at) => `u${'_'.repeat(1 + (at % 40))}${'-'.repeat(at / 40)}nit`), of((at) => `k${at}`)];
}

describe.each(subprotocols)('reading a message of %s costs as much as its length', (version) => {
  const cases = messageRows()
    .filter((row) => row.version === version)
    .flatMap(({ action, direction }) => [
      ...(direction === 'toStation' ? [] : [{ action, kind: 'Request' as const }]),
      ...(direction === 'fromStation' ? [] : [{ action, kind: 'Response' as const }]),
    ])
    .map(({ action, kind }) => ({ action, kind, schema: schemaOf(version, action, kind) }));
  const expensive = (seen: Set<string>, ofPayload: (payload: object) => { at: Path; payloads: unknown[] }[]) =>
    cases.flatMap(({ action, kind, schema }) =>
      ofPayload(payloadOf(schema, whole)).flatMap(({ at, payloads }) => {
        // A member by one name is of one kind everywhere, or nearly.
        const place = at.findLast((name) => !/^\d+$/.test(name)) ?? `${action}${kind}`;
        if (seen.has(place)) return [];
        seen.add(place);
        const cost = Math.max(...payloads.map((payload) => costOf(version, action, kind, payload)));
        return cost > timesMax ? [`${action}${kind} ${at.join('/')}: ${Math.round(cost)}`] : [];
      }),
    );

  it('whatever text stands for a value', () => {
    const found = expensive(new Set(), (payload) =>
      placesOf(payload).leaves.map((at) => ({
        at,
        payloads: texts.map((text) => changed(payload, at, () => text)),
      })),
    );
    expect(found).toEqual([]);
  });

  it('however many members an object has', () => {
    const found = expensive(new Set(), (payload) =>
      placesOf(payload).objects.map((at) => ({
        at,
        payloads: crowds(at.reduce<Place>((object, name) => object[name] as Place, payload as Place)).map((crowd) =>
          changed(payload, at, (object) => ({ ...(object as Place), ...crowd })),
        ),
      })),
    );
    expect(found).toEqual([]);
  });
});
