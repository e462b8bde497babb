import { expect, it } from '@jest/globals';
import type { Event, MeterSample } from '@chargemesh/contracts';
import { type Subprotocol, parseFrame } from '@chargemesh/ocpp';
import { NOW, contextOf, recordingPorts } from './testing/ports.js';
import { protocols } from './versions.js';

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null;
type Path = readonly (string | number)[];

const event = (eventType: 'Started' | 'Ended'): Json => ({
  ...{ eventType, timestamp: NOW, triggerReason: 'Authorized', seqNo: 0, transactionInfo: { transactionId: 'T-1' } },
  ...{ evse: { id: 1, connectorId: 1 }, idToken: { idToken: 'CARD1', type: 'ISO14443' } },
  meterValue: [
    {
      timestamp: NOW,
      sampledValue: [
        {
          ...{ value: 5_000, measurand: 'Energy.Active.Import.Register' },
          ...{ context: eventType === 'Started' ? 'Transaction.Begin' : 'Transaction.End' },
          unitOfMeasure: { unit: 'Wh', multiplier: 0 },
        },
      ],
    },
  ],
});

/** Every place in a message but the message itself. */
function placesIn(value: Json, path: Path = []): Path[] {
  const own = path.length > 0 ? [path] : [];
  if (typeof value !== 'object' || value === null) return own;
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  return [...own, ...[...keys].flatMap((key) => placesIn((value as never)[key], [...path, key]))];
}

/** What becomes of one member; undefined takes it away. */
const FLAWS: readonly (readonly [string, (value: Json) => Json | undefined])[] = [
  ['is missing', () => undefined],
  ['is null', () => null],
  ['is empty', () => ''],
  ['is in a list', (value) => [value]],
  ['is in an object', (value) => ({ v: value })],
  ['has a tail', (value) => `${String(value)}x`],
  ['is in capitals', (value) => `${String(value).toUpperCase()} `],
  ['is true', () => true],
  ['is an empty list', () => []],
  ['is an empty object', () => ({})],
  ['is negative', () => -7.5],
  ['is huge', () => 1e300],
  ['is there twice', (value) => [value, value]],
  ['is hexadecimal', () => '0x10'],
  ['is long', () => '1'.repeat(300)],
];

function flawed(message: Json, [key, ...rest]: Path, flaw: (value: Json) => Json | undefined): Json {
  const known = (message as Record<string | number, Json>)[key as string] as Json;
  const item = rest.length > 0 ? flawed(known, rest, flaw) : flaw(known);
  if (Array.isArray(message)) return message.flatMap((one, index) => (index === key ? (item ?? []) : [one]) as Json[]);
  const { [key as string]: _said, ...others } = message as Record<string, Json>;
  return item === undefined ? others : { ...others, [key as string]: item };
}

async function publishedBy(version: Subprotocol, payload: Json): Promise<Event[] | 'kept' | 'refused'> {
  const text = JSON.stringify([2, 'm-1', 'TransactionEvent', payload]);
  const frame = parseFrame(text, version);
  if (frame.type !== 'call') return 'refused';
  const ports = recordingPorts();
  const leniency = { readingContext: () => ({ arrivedAt: new Date(NOW) }), wasRead: () => undefined };
  const dispatch = {
    ...{ context: contextOf(protocols[version].ocppVersion), ports, leniency },
    defect: (_message: object, error: unknown) => {
      throw error;
    },
  };
  const { type: _type, ...call } = frame;
  await protocols[version].dispatch({ kind: 'call', text, ...call }, dispatch as never);
  return ports.reasons.length > 0 ? 'kept' : ports.published;
}

/** What is left out without a word beside it: only what says nothing, or a reading that says it is of something else. */
const SAYS_NOTHING = /(^|\/)(meterValue|\d|sampledValue) (is missing|is null|is empty|is an empty (list|object))$/;
const IS_OTHER = /measurand/;

const cases = (['Started', 'Ended'] as const).flatMap((type) =>
  placesIn(event(type)).flatMap((path) =>
    FLAWS.map(([what, flaw]) => ({
      what: `${path.join('/')} ${what}`,
      type,
      payload: flawed(event(type), path, flaw),
    })),
  ),
);

it.each(['ocpp2.0.1', 'ocpp2.1'] as const)(
  '%s: a register with a flaw is published as it was meant, or beside the values as it was written, or its message is kept',
  async (version) => {
    const lost: string[] = [];
    for (const { what, type, payload } of cases) {
      const outcome = await publishedBy(version, payload);
      if (typeof outcome === 'string') continue;
      const samples = outcome.flatMap(({ data }) => data['samples'] as MeterSample[]);
      const isRead = samples.some(({ values }) => values.some(({ value, unit }) => value === 5_000 && unit === 'Wh'));
      const isShown = samples.some(({ values, unread }) => unread?.length || values.some(({ unit }) => unit !== 'Wh'));
      const isOutOfRange = samples.some(({ values }) => values.some(({ value }) => value < 0 || value > 1e15));
      if (isRead || isShown || isOutOfRange || SAYS_NOTHING.test(what) || IS_OTHER.test(what)) continue;
      lost.push(`${type} ${what}: ${JSON.stringify(samples)}`);
    }
    expect(lost).toEqual([]);
  },
);
