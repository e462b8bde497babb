import { describe, expect, it } from '@jest/globals';
import { checkRequest, checkResponse } from './schemas.js';

const stop = { transactionId: 7, meterStop: 100, timestamp: '2026-01-05T10:00:00Z' };
const sampled = (value: object) => ({
  ...stop,
  transactionData: [{ timestamp: stop.timestamp, sampledValue: [value] }],
});
const periods = (limit: number) => ({
  connectorId: 1,
  csChargingProfiles: {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
  },
});

describe('checking payloads', () => {
  it.each([
    ['both spellings of Celsius', sampled({ value: '20', measurand: 'Temperature', unit: 'Celcius' })],
    ['a time with offset and fraction', { ...stop, timestamp: '2026-01-05T11:00:00.123456+01:00' }],
    ['the transaction id -1', { ...stop, transactionId: -1 }],
  ])('takes %s', (_case, payload) => {
    expect(() => checkRequest('ocpp1.6', 'StopTransaction', payload)).not.toThrow();
  });

  it('takes a multiple of 0.1 that binary numbers cannot hold, and refuses a hundredth', () => {
    for (const limit of [16, 0.3, 16.1, 32.7]) {
      expect(() => checkRequest('ocpp1.6', 'SetChargingProfile', periods(limit))).not.toThrow();
    }
    expect(() => checkRequest('ocpp1.6', 'SetChargingProfile', periods(16.15))).toThrow('PropertyConstraintViolation');
  });

  it.each([
    ['a missing field', {}, 'OccurrenceConstraintViolation'],
    ['an empty list that needs an element', { getVariableData: [] }, 'OccurrenceConstraintViolation'],
    ['a list of the wrong type', { getVariableData: 'all' }, 'TypeConstraintViolation'],
    ['an unknown field', { getVariableData: [], x: 1 }, 'FormatViolation'],
  ])('names the violation of 2.x for %s', (_case, payload, code) => {
    expect(() => checkRequest('ocpp2.1', 'GetVariables', payload)).toThrow(code);
  });

  it('names the path of the field', () => {
    const payload = { idTagInfo: { status: 'Maybe' } };
    expect(() => checkResponse('ocpp1.6', 'Authorize', payload)).toThrow(/\/idTagInfo\/status/);
  });

  it('refuses what a version does not have', () => {
    expect(() => checkRequest('ocpp1.6', 'TransactionEvent', {})).toThrow('NotImplemented');
  });
});
