import { describe, expect, it } from '@jest/globals';
import type { MeterSample } from '@chargemesh/contracts';
import { instant, samples16, samples2 } from './samples.js';

const at = '2026-01-01T10:00:00.000Z';
/** Those of a short list, which are there at once. */
const atOnce = (samples: ReturnType<typeof samples16>) => samples as MeterSample[];
const of16 = (...sampledValue: object[]) =>
  atOnce(samples16([{ timestamp: at, sampledValue: sampledValue as never }]))[0]!;
const of2 = (...sampledValue: object[]) =>
  atOnce(samples2([{ timestamp: at, sampledValue: sampledValue as never }]))[0]!;

describe('meter values of OCPP 1.6', () => {
  it('are the imported energy register in Wh, taken periodically, unless they say otherwise', () => {
    expect(of16({ value: '1500' })).toEqual({
      at,
      values: [{ measurand: 'Energy.Active.Import.Register', value: 1500, unit: 'Wh', context: 'Sample.Periodic' }],
    });
  });

  it.each([
    ['12.345', 'Energy.Active.Import.Register', 'kWh', 12345, 'Wh'],
    ['4.1', 'Power.Active.Import', 'kW', 4100, 'W'],
    ['1.1e1', 'Power.Active.Import', 'kW', 11000, 'W'],
    ['21.5', 'Temperature', 'Celcius', 21.5, 'Celsius'],
    ['68', 'Temperature', 'Fahrenheit', 20, 'Celsius'],
    ['293.15', 'Temperature', 'K', 20, 'Celsius'],
    ['50.01', 'Frequency', undefined, 50.01, 'Hertz'],
    ['50.01', 'Frequency', 'Hertz', 50.01, 'Hertz'],
    ['230', 'Voltage', undefined, 230, 'V'],
    ['-3.25', 'Current.Import', 'A', -3.25, 'A'],
    ['900.1', 'Energy.Active.Import.Register', 'kwh', 900100, 'Wh'],
    ['900.1', 'Energy.Active.Import.Register', ' KWH ', 900100, 'Wh'],
    ['900.1', 'Energy.Active.Import.Register', 'k Wh', 900100, 'Wh'],
    ['0.9001', 'Energy.Active.Import.Register', 'MWh', 900100, 'Wh'],
    ['900', 'Energy.Active.Import.Register', 'WH', 900, 'Wh'],
    ['900', 'Energy.Active.Import.Register', '', 900, 'Wh'],
    ['7', 'Power.Active.Import', 'KW', 7000, 'W'],
    ['7', 'Current.Import', 'ma', 0.007, 'A'],
    ['51', 'SoC', '%', 51, 'Percent'],
  ])('%s %s %s is converted to its base unit', (value, measurand, unit, expected, base) => {
    expect(of16({ value, measurand, unit }).values[0]).toMatchObject({ value: expected, unit: base });
  });

  it.each([
    ['a unit that nobody knows', 'Ws'],
    ['one that may be milli or mega', 'mwh'],
    ['one of another quantity', 'W'],
    ['a name of every object', 'constructor'],
  ])('never publish a number under %s as if it were the base unit', (_, unit) => {
    expect(of16({ value: '5', unit: unit as never }).values).toMatchObject([{ value: 5, unit }]);
  });

  it('keep words that are longer than events have room for, cut', () => {
    const [long, kept] = ['x'.repeat(300), 'x'.repeat(255)];
    expect(
      of16({ value: '5', measurand: long, unit: long, phase: long, location: long, context: long }).values,
    ).toEqual([
      {
        ...{ measurand: kept, value: 5, unit: kept },
        ...{ phase: kept, location: kept, context: kept },
      },
    ]);
  });

  it('are several samples of a moment where one has no room for them', () => {
    const sampledValue = Array.from({ length: 450 }, (_, value) => ({ value: String(value) }));
    const signed = Array.from({ length: 60 }, () => ({ value: 'OCMF', format: 'SignedData' }));
    const samples = atOnce(samples16([{ timestamp: at, sampledValue: [...sampledValue, ...signed] }]));
    expect(samples.map(({ values, signed: own = [] }) => [values.length, own.length])).toEqual([
      [200, 50],
      [200, 10],
      [50, 0],
    ]);
  });

  it('keeps beside what is not a number, and leaves out what is empty', () => {
    const sample = of16({ value: 'n/a', measurand: 'SoC', phase: 'L1' }, { value: '' }, { value: '7' });
    expect(sample.values.map(({ value }) => value)).toEqual([7]);
    expect(sample.unread).toEqual([{ measurand: 'SoC', written: 'n/a', phase: 'L1', context: 'Sample.Periodic' }]);
  });

  it.each(['0x10', '0X1F', '0x1e', '0b11', '0o17', '1e3e5', '1e', '1,234', '1_000', 'Infinity', '6 000'])(
    'never take %s, which is no decimal number, for another one',
    (value) => {
      const measurand = 'Energy.Active.Import.Register';
      expect(of16({ value, unit: 'kWh' })).toEqual({
        at,
        values: [],
        unread: [{ measurand, written: value, unit: 'kWh', context: 'Sample.Periodic' }],
      });
    },
  );

  it('keeps signed data byte for byte beside the values', () => {
    expect(of16({ value: 'OCMF|{"a":1}|{}', format: 'SignedData' }, { value: '7' })).toMatchObject({
      values: [{ value: 7 }],
      signed: [{ data: 'OCMF|{"a":1}|{}' }],
    });
  });
});

describe('meter values of OCPP 2.x', () => {
  it('apply unit and multiplier', () => {
    expect(of2({ value: 1.5, unitOfMeasure: { unit: 'Wh', multiplier: 3 } }).values[0]).toMatchObject({
      value: 1500,
      unit: 'Wh',
    });
    expect(of2({ value: 1.005, unitOfMeasure: { unit: 'kWh' } }).values[0]).toMatchObject({ value: 1005, unit: 'Wh' });
  });

  it('carry their signatures with method, encoding and key', () => {
    const signedMeterValue = { signedMeterData: 'c2ln', signingMethod: '', encodingMethod: 'OCMF', publicKey: 'a2V5' };
    expect(of2({ value: 1, signedMeterValue }).signed).toEqual([{ data: 'c2ln', encoding: 'OCMF', publicKey: 'a2V5' }]);
  });

  it('keep phase and location', () => {
    expect(of2({ value: 16, measurand: 'Current.Import', phase: 'L1', location: 'Outlet' }).values[0]).toEqual({
      measurand: 'Current.Import',
      value: 16,
      unit: 'A',
      phase: 'L1',
      location: 'Outlet',
      context: 'Sample.Periodic',
    });
  });
});

it('writes instants in UTC, whatever offset and precision they came with', () => {
  expect(instant('2026-01-01T11:00:00.123456+01:00')).toBe('2026-01-01T10:00:00.123Z');
});
