import { describe, expect, it } from '@jest/globals';
import { digestOf, instant, samples16, samples2 } from './samples.js';

const at = '2026-01-01T10:00:00.000Z';
const of16 = (...sampledValue: object[]) => samples16([{ timestamp: at, sampledValue: sampledValue as never }])[0]!;
const of2 = (...sampledValue: object[]) => samples2([{ timestamp: at, sampledValue: sampledValue as never }])[0]!;

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
  ])('%s %s %s is told in its base unit', (value, measurand, unit, expected, base) => {
    expect(of16({ value, measurand, unit }).values[0]).toMatchObject({ value: expected, unit: base });
  });

  it('leaves out what is not a number', () => {
    expect(of16({ value: 'n/a' }, { value: '' }, { value: '7' }).values.map(({ value }) => value)).toEqual([7]);
  });

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

it('tells instants in UTC, whatever offset and precision they came with', () => {
  expect(instant('2026-01-01T11:00:00.123456+01:00')).toBe('2026-01-01T10:00:00.123Z');
});

it('gives equal samples the same digest and others another', () => {
  const [a, b, c] = [of16({ value: '1' }), of16({ value: '1' }), of16({ value: '2' })];
  expect(digestOf([a])).toBe(digestOf([b]));
  expect(digestOf([a])).not.toBe(digestOf([c]));
});
