import { describe, expect, it } from '@jest/globals';
import { type Command, CommandResult, type DataOf, newEvent } from '@chargemesh/contracts';
import type { Station } from '../stations/station.entity.js';
import { firstResults, permit } from './commands.decide.js';

const station = { stationId: 'CS-1', connected: true } as Station;
const reset: Command = { name: 'Reset', kind: 'OnIdle' };
const set = (variable: string): Command => ({
  name: 'SetVariables',
  variables: [{ component: 'SecurityCtrlr', variable, value: 'x' }],
});

describe('a command', () => {
  it('may be sent to a connected station', () => {
    expect(() => permit(station, reset)).not.toThrow();
    expect(() => permit(station, set('HeartbeatInterval'))).not.toThrow();
  });

  it('is refused when the station is not connected', () => {
    expect(() => permit({ ...station, connected: false }, reset)).toThrow(
      expect.objectContaining({ code: 'station-not-connected' }),
    );
  });

  it.each<[string, Command]>([
    [
      'starts a transaction',
      { name: 'RequestStartTransaction', idToken: { value: 'a', type: 'Central' }, remoteStartId: 1 },
    ],
    ['stops a transaction', { name: 'RequestStopTransaction', transactionId: '1' }],
    ['tells a cost', { name: 'CostUpdated', transactionId: '1', totalCost: '1.00' }],
    ['sets a password', set('BasicAuthPassword')],
    ['sets a 1.6 password', set('authorizationKey')],
  ])('is refused when it %s', (_, command) => {
    expect(() => permit(station, command)).toThrow(expect.objectContaining({ code: 'bad-request' }));
  });
});

describe('results', () => {
  const result = (commandId: string, more: Partial<DataOf<typeof CommandResult>>) =>
    newEvent(CommandResult, {
      operatorId: '0190a000-0000-7000-8000-000000000001',
      time: '2026-03-01T12:00:00.000Z',
      data: {
        commandId,
        stationId: 'CS-1',
        askedBy: 'device-management',
        status: 'accepted',
        at: '2026-03-01T12:00:00.000Z',
        ...more,
      },
    });
  const [a, b] = ['0190a000-0000-7000-8000-00000000000a', '0190a000-0000-7000-8000-00000000000b'];

  it('count once per command, the first one', () => {
    const results = firstResults([
      result(a, {}),
      result(b, { status: 'rejected' }),
      result(a, { status: 'timed-out' }),
    ]);
    expect(results.map(({ commandId, status }) => [commandId, status])).toEqual([
      [a, 'accepted'],
      [b, 'rejected'],
    ]);
  });

  it('of commands that others asked for are theirs', () => {
    expect(firstResults([result(a, { askedBy: 'sessions' })])).toEqual([]);
  });
});
