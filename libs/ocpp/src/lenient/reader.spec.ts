import { describe, expect, it } from '@jest/globals';
import { messageRows } from '../messages.js';
import type { Subprotocol } from '../payloads.js';
import { type Kind, checkRequest, checkResponse, readLeniently, schemaOf } from '../schemas.js';
import type { Rule } from './deviation.js';
import { distorted, payloadOf } from '../testing/payloads.js';
import { random } from '@chargemesh/waiting/random';

const RUNS = 10;
const context = { arrivedAt: new Date('2026-03-01T12:00:00Z') };
const check = (version: Subprotocol, action: string, kind: Kind, payload: object) =>
  (kind === 'Request' ? checkRequest : checkResponse)(version, action, payload);
const read = (version: Subprotocol, action: string, payload: object, kind: Kind = 'Request') =>
  readLeniently(version, action, kind, payload, context);

/** Every payload that any version knows; a SEND has no answer. */
const payloads = messageRows().flatMap(({ version, action }) =>
  (['Request', 'Response'] as const)
    .filter((kind) => kind === 'Request' || action !== 'NotifyPeriodicEventStream')
    .map((kind) => ({ version, action, kind })),
);

describe('every payload of every version', () => {
  it.each(payloads)('$version $action $kind is read as it was meant', ({ version, action, kind }) => {
    const schema = schemaOf(version, action, kind);
    for (let seed = 1; seed <= RUNS; seed++) {
      const next = random(seed);
      const meant = payloadOf(schema, next);
      expect(() => check(version, action, kind, meant)).not.toThrow();
      const said = distorted(meant, schema, schema, next) as object;
      const { payload } = readLeniently(version, action, kind, said, context);
      expect({ seed, payload }).toEqual({ seed, payload: meant });
      expect(() => check(version, action, kind, payload)).not.toThrow();
    }
  });

  it.each(payloads)('$version $action $kind that fits is left as it is', ({ version, action, kind }) => {
    const meant = payloadOf(schemaOf(version, action, kind), random(7));
    expect(readLeniently(version, action, kind, meant, context)).toEqual({ payload: meant, deviations: [] });
  });
});

const stop = { transactionId: 7, meterStop: 6_000, timestamp: '2026-03-01T11:00:00Z' };
const with16 = (value: unknown) => ({ ...stop, transactionData: [{ timestamp: stop.timestamp, sampledValue: value }] });
const event = {
  eventType: 'Ended',
  timestamp: stop.timestamp,
  triggerReason: 'EVDeparted',
  seqNo: 3,
  transactionInfo: { transactionId: 'T-1' },
};
const event2 = (more: object) => ({ ...event, ...more });
const sampled2 = (value: object) => event2({ meterValue: [{ timestamp: stop.timestamp, sampledValue: [value] }] });
const values16 = (value: string) => ({
  connectorId: 1,
  meterValue: [{ timestamp: stop.timestamp, sampledValue: [{ value }] }],
});
const schedule = { id: 1, chargingRateUnit: 'W' };
const period = { startPeriod: 0, limit: 11_000 };
const boot16 = { chargePointVendor: 'Acme', chargePointModel: 'One' };
const status16 = { connectorId: 1, status: 'Available', errorCode: 'NoError' };
const long = (length: number) => 'S'.repeat(length);

type Row = [what: string, version: Subprotocol, action: string, said: object, meant: object, ...rules: Rule[]];
const rows: Row[] = [
  [
    'members nobody knows',
    'ocpp1.6',
    'StopTransaction',
    { ...stop, connectorId: 1, disconnectReason: 'x' },
    stop,
    'member-unknown',
    'member-unknown',
  ],
  [
    'Hz, which 1.6 lacks',
    'ocpp1.6',
    'StopTransaction',
    with16([{ value: '50.0', measurand: 'Frequency', unit: 'Hz' }]),
    with16([{ value: '50.0', measurand: 'Frequency', unit: 'Hz' }]),
    'word-unknown',
  ],
  [
    'Hertz, which 1.6 lacks',
    'ocpp1.6',
    'StopTransaction',
    with16([{ value: '50', unit: 'Hertz' }]),
    with16([{ value: '50', unit: 'Hertz' }]),
    'word-unknown',
  ],
  [
    'null options',
    'ocpp1.6',
    'StopTransaction',
    { ...stop, idTag: null, reason: null, transactionData: null },
    stop,
    'absent',
    'absent',
    'absent',
  ],
  [
    'a reason the specification lacks',
    'ocpp1.6',
    'StopTransaction',
    { ...stop, reason: 'Finished' },
    { ...stop, reason: 'Other' },
    'word-unknown',
  ],
  [
    'a tag with two bytes too many',
    'ocpp1.6',
    'StopTransaction',
    { ...stop, idTag: 'BA86C4D2E6F8A1B3DLKD\u0010\u000e' },
    { ...stop, idTag: 'BA86C4D2E6F8A1B3DLKD' },
    'text-tail',
  ],
  ['a number as text', 'ocpp1.6', 'StopTransaction', { ...stop, meterStop: '6000' }, stop, 'type'],
  [
    'a register with places, which it keeps',
    'ocpp1.6',
    'StopTransaction',
    { ...stop, meterStop: 5_999.6 },
    { ...stop, meterStop: 5_999.6 },
    'number-precision',
  ],
  [
    'a sampled value that is a number',
    'ocpp1.6',
    'StopTransaction',
    with16([{ value: 3000 }]),
    with16([{ value: '3000' }]),
    'type',
  ],
  [
    'one sampled value instead of a list',
    'ocpp1.6',
    'StopTransaction',
    with16({ value: '3000' }),
    with16([{ value: '3000' }]),
    'list-or-one',
  ],
  [
    'an unknown measurand, which must not become energy',
    'ocpp1.6',
    'StopTransaction',
    with16([{ value: '7', measurand: 'X.Y' }]),
    with16([{ value: '7', measurand: 'X.Y' }]),
    'word-unknown',
  ],
  [
    'a unit that is no text, with which its value is as it was written',
    'ocpp1.6',
    'StopTransaction',
    with16([{ value: '7', context: 'transaction.end', unit: {} }, { value: '8' }]),
    with16([
      { value: '[{"value":"7","context":"transaction.end","unit":{}}]', context: 'Transaction.End' },
      { value: '8' },
    ]),
    'part-unreadable',
  ],
  [
    'a stop whose data are nonsense',
    'ocpp1.6',
    'StopTransaction',
    { ...stop, transactionData: 'none' },
    { ...stop, transactionData: [{ timestamp: stop.timestamp, sampledValue: [{ value: '["none"]' }] }] },
    'list-or-one',
    'part-unreadable',
  ],
  ['an empty list member', 'ocpp1.6', 'StopTransaction', { ...stop, transactionData: '' }, stop, 'absent'],
  [
    'an object for a list',
    'ocpp1.6',
    'MeterValues',
    { connectorId: 1, meterValue: { timestamp: stop.timestamp, sampledValue: [{ value: '3' }] } },
    { connectorId: 1, meterValue: [{ timestamp: stop.timestamp, sampledValue: [{ value: '3' }] }] },
    'list-or-one',
  ],
  [
    'a serial number of 33 characters',
    'ocpp1.6',
    'BootNotification',
    { ...boot16, chargeBoxSerialNumber: long(33) },
    { ...boot16, chargeBoxSerialNumber: long(33) },
    'text-long',
  ],
  [
    'a serial number of 300 characters',
    'ocpp1.6',
    'BootNotification',
    { ...boot16, chargeBoxSerialNumber: long(300) },
    { ...boot16, chargeBoxSerialNumber: long(255) },
    'text-long',
  ],
  [
    'a tag of 300 characters, of which none is cut off',
    'ocpp1.6',
    'Authorize',
    { idTag: long(300) },
    { idTag: long(300) },
    'text-long',
  ],
  [
    'an unknown member of Authorize',
    'ocpp1.6',
    'Authorize',
    { idTag: 'A', connectorId: 1 },
    { idTag: 'A' },
    'member-unknown',
  ],
  [
    'an error code that is no code',
    'ocpp1.6',
    'StatusNotification',
    { ...status16, errorCode: 'Error' },
    { ...status16, errorCode: 'OtherError' },
    'word-unknown',
  ],
  [
    'an error code that is left out',
    'ocpp1.6',
    'StatusNotification',
    { connectorId: 1, status: 'Available' },
    status16,
    'absent',
  ],
  ['an error code that is null', 'ocpp1.6', 'StatusNotification', { ...status16, errorCode: null }, status16, 'absent'],
  [
    'a reason for a boot that is left out',
    'ocpp2.0.1',
    'BootNotification',
    { chargingStation: { model: 'One', vendorName: 'Acme' } },
    { chargingStation: { model: 'One', vendorName: 'Acme' }, reason: 'Unknown' },
    'absent',
  ],
  [
    'a long info',
    'ocpp1.6',
    'StatusNotification',
    { ...status16, info: long(150) },
    { ...status16, info: long(150) },
    'text-long',
  ],
  [
    'an info that is a number',
    'ocpp1.6',
    'StatusNotification',
    { ...status16, info: 0 },
    { ...status16, info: '0' },
    'type',
  ],
  [
    'a sample without a time, which is of the time of its message',
    'ocpp2.0.1',
    'TransactionEvent',
    event2({ meterValue: [{ sampledValue: [{ value: 6 }] }] }),
    sampled2({ value: 6 }),
    'time-missing',
  ],
  [
    'an event without a time, which is of its arrival',
    'ocpp2.1',
    'TransactionEvent',
    event2({ timestamp: '' }),
    event2({ timestamp: context.arrivedAt.toISOString() }),
    'time-missing',
  ],
  [
    'a stop at no time, which is of its arrival',
    'ocpp1.6',
    'StopTransaction',
    { ...stop, timestamp: null },
    { ...stop, timestamp: context.arrivedAt.toISOString() },
    'time-missing',
  ],
  [
    'a value that is null, which is as it was written',
    'ocpp2.1',
    'TransactionEvent',
    sampled2({ value: null, context: 'Transaction.End' }),
    sampled2({ context: 'Transaction.End', value: '[{"value":null,"context":"Transaction.End"}]' }),
    'part-unreadable',
  ],
  [
    'values that are no list of any',
    'ocpp2.0.1',
    'TransactionEvent',
    event2({ meterValue: true }),
    sampled2({ value: '[true]' }),
    'list-or-one',
    'part-unreadable',
  ],
  ['an empty time', 'ocpp1.6', 'StatusNotification', { ...status16, timestamp: '' }, status16, 'absent'],
  ['a connector as text', 'ocpp1.6', 'StatusNotification', { ...status16, connectorId: '1' }, status16, 'type'],
  [
    'an unknown trigger reason, which is only shown',
    'ocpp2.0.1',
    'TransactionEvent',
    event2({ triggerReason: 'CarLeft' }),
    event2({ triggerReason: 'CarLeft' }),
    'word-unknown',
  ],
  [
    'an unknown charging state',
    'ocpp2.0.1',
    'TransactionEvent',
    event2({ transactionInfo: { transactionId: 'T-1', chargingState: 'Resting' } }),
    event,
    'word-unknown',
  ],
  [
    'an unknown stop reason',
    'ocpp2.1',
    'TransactionEvent',
    event2({ transactionInfo: { transactionId: 'T-1', stoppedReason: 'Full' } }),
    event2({ transactionInfo: { transactionId: 'T-1', stoppedReason: 'Other' } }),
    'word-unknown',
  ],
  ['a value as text', 'ocpp2.0.1', 'TransactionEvent', sampled2({ value: '6.5' }), sampled2({ value: 6.5 }), 'type'],
  [
    'a multiplier as text',
    'ocpp2.1',
    'TransactionEvent',
    sampled2({ value: 6, unitOfMeasure: { multiplier: '3' } }),
    sampled2({ value: 6, unitOfMeasure: { multiplier: 3 } }),
    'type',
  ],
  [
    'a multiplier nobody can read, with which its value is as it was written',
    'ocpp2.1',
    'TransactionEvent',
    sampled2({ value: 6, measurand: 'soc', unitOfMeasure: { multiplier: 'kilo' } }),
    sampled2({ measurand: 'SoC', value: '[{"value":6,"measurand":"soc","unitOfMeasure":{"multiplier":"kilo"}}]' }),
    'part-unreadable',
  ],
  [
    'a multiplier that may be a factor, with which its value is as it was written',
    'ocpp2.0.1',
    'TransactionEvent',
    sampled2({ value: 6, unitOfMeasure: { multiplier: 0.001 } }),
    sampled2({ value: '[{"value":6,"unitOfMeasure":{"multiplier":0.001}}]' }),
    'part-unreadable',
  ],
  [
    'a unit beside the value, where 1.6 has it',
    'ocpp2.0.1',
    'TransactionEvent',
    sampled2({ value: 6, unit: 'kWh' }),
    sampled2({ value: 6, unitOfMeasure: { unit: 'kWh' } }),
    'member-spelling',
  ],
  [
    'a unit that is said in two places, with which its value is as it was written',
    'ocpp2.1',
    'TransactionEvent',
    sampled2({ value: 6, unit: 'kWh', unitOfMeasure: { unit: 'Wh' } }),
    sampled2({ value: '[{"value":6,"unit":"kWh","unitOfMeasure":{"unit":"Wh"}}]' }),
    'part-unreadable',
  ],
  [
    'a member with parted words',
    'ocpp2.0.1',
    'TransactionEvent',
    sampled2({ value: 6, unit_of_measure: { unit: 'kWh' } }),
    sampled2({ value: 6, unitOfMeasure: { unit: 'kWh' } }),
    'member-spelling',
  ],
  [
    'a multiplier that the version does not have, with which its value is as it was written',
    'ocpp1.6',
    'StopTransaction',
    with16([{ value: '7', multiplier: 3 }, { value: '8' }]),
    with16([{ value: '[{"value":"7","multiplier":3}]' }, { value: '8' }]),
    'part-unreadable',
  ],
  [
    'a unit one level deeper than the version has it, with which its value is as it was written',
    'ocpp1.6',
    'StopTransaction',
    with16([{ value: '7', unitOfMeasure: { unit: 'kWh' } }, { value: '8' }]),
    with16([{ value: '[{"value":"7","unitOfMeasure":{"unit":"kWh"}}]' }, { value: '8' }]),
    'part-unreadable',
  ],
  ['an EVSE below zero', 'ocpp2.1', 'TransactionEvent', event2({ evse: { id: -1 } }), event, 'number-range'],
  ['an empty EVSE', 'ocpp2.0.1', 'TransactionEvent', event2({ evse: {} }), event, 'absent'],
  ['offline as text', 'ocpp2.0.1', 'TransactionEvent', event2({ offline: 'True' }), event2({ offline: true }), 'type'],
  [
    'a member in other letters',
    'ocpp2.1',
    'TransactionEvent',
    { ...event, seqNo: undefined, seqno: 3 },
    event,
    'member-spelling',
  ],
  [
    'a kind of token of its own',
    'ocpp2.0.1',
    'Authorize',
    { idToken: { idToken: 'A', type: 'RFID' } },
    { idToken: { idToken: 'A', type: 'RFID' } },
    'word-unknown',
  ],
  [
    'a boot reason of its own',
    'ocpp2.0.1',
    'BootNotification',
    { reason: 'Fun', chargingStation: { model: 'M', vendorName: '' } },
    { reason: 'Unknown', chargingStation: { model: 'M', vendorName: '' } },
    'word-unknown',
  ],
  [
    'an object in a list of one',
    'ocpp2.1',
    'BootNotification',
    { reason: 'PowerUp', chargingStation: [{ model: 'M', vendorName: 'V' }] },
    { reason: 'PowerUp', chargingStation: { model: 'M', vendorName: 'V' } },
    'list-or-one',
  ],
  [
    'the plural of a list',
    'ocpp2.0.1',
    'TransactionEvent',
    event2({ meterValues: [{ timestamp: stop.timestamp, sampledValues: [{ value: 6 }] }] }),
    sampled2({ value: 6 }),
    'member-plural',
    'member-plural',
  ],
  [
    'the singular of a list',
    'ocpp2.1',
    'NotifyEVChargingSchedule',
    { timeBase: stop.timestamp, evseId: 1, chargingSchedule: { ...schedule, chargingSchedulePeriods: [period] } },
    { timeBase: stop.timestamp, evseId: 1, chargingSchedule: { ...schedule, chargingSchedulePeriod: [period] } },
    'member-plural',
  ],
  [
    'a plural in 1.6, in letters of its own',
    'ocpp1.6',
    'MeterValues',
    { connectorid: 1, MeterValues: { timestamp: stop.timestamp, sampled_values: { value: '3' } } },
    { connectorId: 1, meterValue: [{ timestamp: stop.timestamp, sampledValue: [{ value: '3' }] }] },
    'member-spelling',
    'member-plural',
    'list-or-one',
    'member-plural',
    'list-or-one',
  ],
  [
    'a plural of which nothing can be read, which is not left out in silence',
    'ocpp2.0.1',
    'TransactionEvent',
    event2({ meterValues: [{ timestamp: 'then' }] }),
    sampled2({ value: '[{"timestamp":"then"}]' }),
    'member-plural',
    'part-unreadable',
  ],
  [
    'a register that is said twice, and the same',
    'ocpp1.6',
    'StopTransaction',
    { transactionId: 7, MeterStop: 6_000, meterstop: 6_000, timestamp: stop.timestamp },
    stop,
    'member-spelling',
    'member-unknown',
  ],
  [
    'a decimal comma',
    'ocpp1.6',
    'StopTransaction',
    with16([{ value: '12,5' }]),
    with16([{ value: '12.5' }]),
    'number-form',
  ],
  ['blanks and a plus', 'ocpp1.6', 'MeterValues', values16(' +12.5'), values16('12.5'), 'number-form'],
  [
    'a unit behind the value',
    'ocpp1.6',
    'StopTransaction',
    with16([{ value: '12,5 kWh' }, { value: '7Wh', unit: 'wh' }]),
    with16([
      { value: '12.5', unit: 'kWh' },
      { value: '7', unit: 'Wh' },
    ]),
    'unit-behind',
    'unit-behind',
    'word-spelling',
  ],
  [
    'a unit behind the value, where the unit lies deeper',
    'ocpp2.0.1',
    'TransactionEvent',
    sampled2({ value: '12.5 kWh' }),
    sampled2({ value: 12.5, unitOfMeasure: { unit: 'kWh' } }),
    'unit-behind',
    'type',
  ],
  [
    'a decimal comma, where a number belongs',
    'ocpp2.1',
    'TransactionEvent',
    sampled2({ value: '12,5', unitOfMeasure: { unit: 'kWh', multiplier: 0 } }),
    sampled2({ value: 12.5, unitOfMeasure: { unit: 'kWh', multiplier: 0 } }),
    'number-form',
    'type',
  ],
  ...(['1,234', '1.234,5', '6 000', '7 kWh'] as const).flatMap((value): Row[] => [
    [
      `a value ${value}, which is kept`,
      'ocpp1.6',
      'StopTransaction',
      with16([{ value, unit: 'Wh' }]),
      with16([{ value, unit: 'Wh' }]),
      'number-doubtful',
    ],
    [
      `a value ${value}, which is kept`,
      'ocpp2.0.1',
      'TransactionEvent',
      sampled2({ value, unitOfMeasure: { unit: 'Wh' } }),
      sampled2({ value, unitOfMeasure: { unit: 'Wh' } }),
      'number-doubtful',
    ],
  ]),
  [
    'a unit behind a value that a multiplier scales',
    'ocpp2.1',
    'TransactionEvent',
    sampled2({ value: '7 kWh', unitOfMeasure: { multiplier: 3 } }),
    sampled2({ value: '7 kWh', unitOfMeasure: { multiplier: 3 } }),
    'number-doubtful',
  ],
  [
    'a unit in the plural, which is not lost',
    'ocpp1.6',
    'StopTransaction',
    with16([{ value: '7', units: 'kWh' }]),
    with16([{ value: '7', unit: 'kWh' }]),
    'member-plural',
  ],
  [
    'a value that says no number',
    'ocpp1.6',
    'StopTransaction',
    with16([{ value: 'NaN' }]),
    with16([{ value: 'NaN' }]),
    'absent',
  ],
  [
    'a register with its unit',
    'ocpp1.6',
    'StopTransaction',
    { ...stop, meterStop: '6000 Wh' },
    stop,
    'type',
    'number-form',
  ],
  [
    'a status in other letters',
    'ocpp2.0.1',
    'StatusNotification',
    { timestamp: stop.timestamp, connectorStatus: 'AVAILABLE', evseId: 1, connectorId: 1 },
    { timestamp: stop.timestamp, connectorStatus: 'Available', evseId: 1, connectorId: 1 },
    'word-spelling',
  ],
];

describe('a request', () => {
  it.each(rows)('with %s (%s %s) is read', (_what, version, action, said, meant, ...rules) => {
    const message = JSON.parse(JSON.stringify(said)) as object;
    expect(() => check(version, action, 'Request', message)).toThrow();
    const reading = read(version, action, message);
    expect(reading.payload).toEqual(meant);
    expect(reading.deviations.map(({ rule }) => rule)).toEqual(rules);
  });

  it.each<[string, Subprotocol, string, object, string]>([
    ['no meterStop', 'ocpp1.6', 'StopTransaction', { ...stop, meterStop: undefined }, '/meterStop'],
    ['a null meterStop', 'ocpp1.6', 'StopTransaction', { ...stop, meterStop: null }, '/meterStop'],
    ['a meterStop that is a word', 'ocpp1.6', 'StopTransaction', { ...stop, meterStop: 'much' }, '/meterStop'],
    [
      'a meterStop with a comma, which may divide or group',
      'ocpp1.6',
      'StopTransaction',
      { ...stop, meterStop: '6,000' },
      '/meterStop',
    ],
    [
      'two registers',
      'ocpp1.6',
      'StopTransaction',
      { transactionId: 7, MeterStop: 6_000, meterstop: 7_000, timestamp: stop.timestamp },
      '/meterStop',
    ],
    ['a register in another unit', 'ocpp1.6', 'StopTransaction', { ...stop, meterStop: '6 kWh' }, '/meterStop'],
    ['a transaction id with places', 'ocpp1.6', 'StopTransaction', { ...stop, transactionId: 7.5 }, '/transactionId'],
    ['a status nobody knows', 'ocpp1.6', 'StatusNotification', { ...status16, status: 'Dreaming' }, '/status'],
    [
      'a day that the calendar lacks',
      'ocpp1.6',
      'StopTransaction',
      { ...stop, timestamp: '2026-02-30T10:00:00' },
      '/timestamp',
    ],
    [
      'two stations at once',
      'ocpp2.0.1',
      'BootNotification',
      { reason: 'PowerUp', chargingStation: [{}, {}] },
      '/chargingStation',
    ],
    ['an event type nobody knows', 'ocpp2.1', 'TransactionEvent', event2({ eventType: 'Paused' }), '/eventType'],
  ])('with %s has no readable meaning', (_what, version, action, said, path) => {
    const message = JSON.parse(JSON.stringify(said)) as object;
    expect(() => read(version, action, message)).toThrow(
      expect.objectContaining({ name: 'OcppError', details: { path } }),
    );
  });

  it('keeps the words that the reading does not say any more, and no other values', () => {
    const { deviations } = read('ocpp1.6', 'StopTransaction', {
      ...stop,
      reason: 'Finished',
      secret: 'x',
      meterStop: '6000',
    });
    expect(deviations).toEqual([
      { rule: 'type', path: '/meterStop' },
      { rule: 'word-unknown', path: '/reason', word: 'Finished' },
      { rule: 'member-unknown', path: '', word: 'secret' },
    ]);
  });

  it('cannot make an object into something else, or cost more than a bounded effort', () => {
    const { payload } = read('ocpp1.6', 'Authorize', JSON.parse('{"idTag":"A","__proto__":{"x":1}}') as object);
    expect(payload).toEqual({ idTag: 'A' });
    expect(Object.getPrototypeOf(payload)).toBe(Object.prototype);
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`m${index}`, null]));
    expect(read('ocpp1.6', 'StopTransaction', { ...stop, ...many }).deviations).toHaveLength(100);
    const crowd = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`m${index}`, null]));
    const { payload: found, deviations } = read('ocpp1.6', 'StopTransaction', { ...crowd, ...stop });
    expect([found, deviations]).toEqual([stop, [{ rule: 'member-unknown', path: '', word: 'm0' }]]);
    const deep = JSON.parse(`${'['.repeat(5_000)}1${']'.repeat(5_000)}`) as unknown;
    expect(read('ocpp1.6', 'StopTransaction', { ...stop, transactionData: deep }).payload).toEqual({
      ...stop,
      transactionData: [{ timestamp: stop.timestamp, sampledValue: [{ value: '[…]' }] }],
    });
  });
});

it.each(['µWh', 'Wh/100', '10*Wh', '-Wh', 'Ωh', 'Δ kWh', '½kWh', 'Wh²'])(
  'a unit %s is not read as one that it only resembles',
  (unit) => {
    const said = with16([{ value: '5', unit }]);
    expect(read('ocpp1.6', 'StopTransaction', said).payload).toEqual(said);
  },
);

describe('an answer', () => {
  it('with a member nobody knows is read', () => {
    const reading = read('ocpp1.6', 'RemoteStartTransaction', { status: 'accepted', connectorId: 1 }, 'Response');
    expect(reading.payload).toEqual({ status: 'Accepted' });
    expect(reading.deviations.map(({ rule }) => rule)).toEqual(['word-spelling', 'member-unknown']);
  });

  it('whose status is nothing that the version knows is not taken for another', () => {
    for (const status of ['Ok', '', 1])
      expect(() => read('ocpp2.0.1', 'ClearDisplayMessage', { status }, 'Response')).toThrow('/status');
  });
});
