import { describe, expect, it } from '@jest/globals';
import type { Command } from '@chargemesh/contracts';
import type { Station } from '../stations/station.entity.js';
import { isFor, permit } from './commands.decide.js';

const station = { stationId: 'CS-1', connected: true } as Station;
const reset: Command = { name: 'Reset', kind: 'OnIdle' };
const set = (variable: string): Command => ({
  name: 'SetVariables',
  variables: [{ component: 'SecurityCtrlr', variable, value: 'x' }],
});
const get = (...variables: string[]): Command => ({
  name: 'GetVariables',
  variables: variables.map((variable) => ({ component: 'SecurityCtrlr', variable })),
});

describe('a command', () => {
  it('may be sent to a connected station', () => {
    expect(() => permit(station, reset)).not.toThrow();
    expect(() => permit(station, set('HeartbeatInterval'))).not.toThrow();
    expect(() => permit(station, get('HeartbeatInterval'))).not.toThrow();
  });

  it('is for the hotline if it unlocks, and for no other reason', () => {
    const unlock: Command = { name: 'UnlockConnector', evseId: 1, connectorId: 1 };
    expect([isFor('hotline', unlock), isFor('hotline', reset), isFor('operator', reset)]).toEqual([true, false, true]);
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
    ['sets the secret of dynamic codes', set('SharedSecret')],
    ['reads a password', get('SecurityProfile', 'basicAuthPassword')],
    ['reads the secret of dynamic codes', get('SharedSecret')],
    [
      'has a sealed value',
      { name: 'SetVariables', variables: [{ component: 'C', variable: 'V', value: 'AAAA', sealed: true }] },
    ],
  ])('is refused when it %s', (_, command) => {
    expect(() => permit(station, command)).toThrow(expect.objectContaining({ code: 'bad-request' }));
  });
});
