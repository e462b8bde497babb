import { CallTimeout, ConnectionClosed, OcppError, QueueFull, UnreadableAnswer } from '@chargemesh/ocpp';
import { describe, expect, it } from '@jest/globals';
import {
  SILENCE_KEPT_MS,
  combined,
  failed,
  inexpressible,
  noteBestEffort,
  skippedBestEffort,
} from './commands.decide.js';

describe('a command that the station did not answer as it should', () => {
  it.each([
    [new CallTimeout('Reset', true), 'timed-out'],
    [new OcppError('NotImplemented', 'what?'), 'not-supported'],
    [new OcppError('NotSupported'), 'not-supported'],
    [new OcppError('InternalError'), 'failed'],
  ])('%s is %s', (error, status) => {
    expect(failed(error)).toEqual({ status, detail: error.message });
  });
});

it.each([
  ['2.0.1', 'ClearTariffs', false, 'OCPP 2.0.1 cannot say this'],
  ['1.6', 'TriggerMessage', true, 'OCPP 1.6 cannot say this'],
  ['2.0.1', 'Reset', false, 'OCPP 2.0.1 has Reset, which this platform does not send yet'],
] as const)('a command that %s does not carry out says whether it could: %s', (version, name, isBuilt, detail) => {
  expect(inexpressible(version, name, isBuilt)).toEqual({ status: 'not-supported', detail, sent: false });
});

describe('a command that may have reached the station, which nobody can tell', () => {
  it.each([new ConnectionClosed('gone', true), new UnreadableAnswer('FormatViolation', 'what?')])(
    'says so: %s',
    (error) => {
      const outcome = failed(error);
      expect(outcome).toEqual({ status: 'failed', sent: true, detail: error.message });
      expect(combined([outcome])).toEqual(outcome);
    },
  );
});

describe('a command that was never sent', () => {
  it.each([new CallTimeout('Reset', false), new ConnectionClosed('gone', false), new QueueFull('never sent: full')])(
    'says so: %s',
    (error) => {
      const outcome = failed(error);
      expect(outcome).toMatchObject({ status: 'failed', sent: false, detail: expect.stringContaining('never sent') });
      expect(combined([outcome])).toEqual(outcome);
    },
  );

  it('is not one that was sent in part', () => {
    expect(combined([{ status: 'accepted' }, failed(new CallTimeout('Reset', false))])).not.toHaveProperty('sent');
  });
});

it('a command of several calls is what the first that was not accepted says, with all details', () => {
  expect(
    combined([{ status: 'accepted' }, { status: 'rejected', detail: 'B' }, { status: 'accepted', detail: 'C' }]),
  ).toEqual({
    status: 'rejected',
    detail: 'B; C',
  });
  expect(combined([{ status: 'accepted' }])).toEqual({ status: 'accepted' });
});

describe('a command that a station can do without', () => {
  const now = new Date('2026-03-01T12:00:00Z');
  const bestEffort = (more: object = {}) => ({
    unknown: new Set<string>(),
    silentUntil: new Map<string, number>(),
    underWay: 0,
    ...more,
  });

  it('is not sent again to one that does not know it', () => {
    const known = bestEffort();
    noteBestEffort('CostUpdated', { status: 'not-supported' }, known, now);
    expect(skippedBestEffort('CostUpdated', known, now)).toMatchObject({ status: 'not-supported', sent: false });
    expect(skippedBestEffort('SetDefaultTariff', known, now)).toBeUndefined();
  });

  it('is not sent again for a while to one that does not answer it', () => {
    const known = bestEffort();
    const until = noteBestEffort('CostUpdated', { status: 'timed-out' }, known, now);
    expect(until).toEqual(new Date(now.getTime() + SILENCE_KEPT_MS));
    expect(skippedBestEffort('CostUpdated', known, now)).toMatchObject({ status: 'timed-out', sent: false });
    expect(skippedBestEffort('SetDefaultTariff', known, now)).toBeUndefined();
    const later = new Date(now.getTime() + SILENCE_KEPT_MS);
    expect(skippedBestEffort('CostUpdated', known, later)).toBeUndefined();
  });

  it('is sent to one that answers it, and to one that it never reached', () => {
    const known = bestEffort();
    expect(noteBestEffort('CostUpdated', { status: 'failed', sent: false }, known, now)).toBeUndefined();
    noteBestEffort('SetDefaultTariff', { status: 'timed-out' }, known, now);
    noteBestEffort('SetDefaultTariff', { status: 'accepted' }, known, now);
    expect(skippedBestEffort('CostUpdated', known, now)).toBeUndefined();
    expect(skippedBestEffort('SetDefaultTariff', known, now)).toBeUndefined();
  });

  it('leaves room for those that it needs', () => {
    expect(skippedBestEffort('CostUpdated', bestEffort({ underWay: 15 }), now)).toBeUndefined();
    expect(skippedBestEffort('CostUpdated', bestEffort({ underWay: 16 }), now)).toMatchObject({ status: 'failed' });
  });
});
