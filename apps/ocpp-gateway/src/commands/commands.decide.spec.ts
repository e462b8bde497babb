import { CallTimeout, ConnectionClosed, OcppError, QueueFull } from '@chargemesh/ocpp';
import { describe, expect, it } from '@jest/globals';
import { combined, failed, sparedCourtesy } from './commands.decide.js';

describe('a command that the station did not answer as it should', () => {
  it.each([
    [new CallTimeout('Reset', true), 'timed-out'],
    [new OcppError('NotImplemented', 'what?'), 'not-supported'],
    [new OcppError('NotSupported'), 'not-supported'],
    [new OcppError('InternalError'), 'failed'],
    [new ConnectionClosed('gone'), 'failed'],
    [new QueueFull('full'), 'failed'],
  ])('%s is %s', (error, status) => {
    expect(failed(error)).toEqual({ status, detail: error.message });
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
  it('is not sent again to one that does not know it', () => {
    const unknown = new Set(['CostUpdated']);
    expect(sparedCourtesy('CostUpdated', { unknown, underWay: 0 })).toMatchObject({ status: 'not-supported' });
    expect(sparedCourtesy('SetDefaultTariff', { unknown, underWay: 0 })).toBeUndefined();
  });

  it('leaves room for those that it needs', () => {
    const unknown = new Set<string>();
    expect(sparedCourtesy('CostUpdated', { unknown, underWay: 15 })).toBeUndefined();
    expect(sparedCourtesy('CostUpdated', { unknown, underWay: 16 })).toMatchObject({ status: 'failed' });
  });
});
