import { describe, expect, it } from '@jest/globals';
import { bootInterval, mayCall, refusedCommand, refusesToken } from './registration.decide.js';

const none = new Set<string>();

describe('a station that is not accepted', () => {
  describe.each(['Pending', 'Rejected'] as const)('while %s', (registration) => {
    it('may only boot, and tell of transactions', () => {
      expect(mayCall(registration, 'BootNotification', none)).toBe(true);
      expect(mayCall(registration, 'Heartbeat', none)).toBe(false);
      for (const action of ['StopTransaction', 'MeterValues', 'TransactionEvent', 'StartTransaction'])
        expect(mayCall(registration, action, none)).toBe(true);
    });

    it.each([
      ['Authorize', {}, true],
      ['StartTransaction', {}, true],
      ['TransactionEvent', { eventType: 'Started' }, true],
      ['TransactionEvent', { eventType: 'started ' }, true],
      ['TransactionEvent', { eventType: 'Updated' }, false],
      ['TransactionEvent', { eventType: 'Ended' }, false],
      ['StopTransaction', {}, false],
    ])('begins nothing: the token of %s %j is refused: %s', (action, payload, refused) => {
      expect(refusesToken(registration, { action, payload })).toBe(refused);
      expect(refusesToken('Accepted', { action, payload })).toBe(false);
    });
  });

  it('may send what a command of ours made it send while Pending, and not while Rejected', () => {
    expect(mayCall('Pending', 'NotifyReport', new Set(['NotifyReport']))).toBe(true);
    expect(mayCall('Rejected', 'NotifyReport', new Set(['NotifyReport']))).toBe(false);
  });

  it('is not started remotely while Pending, and told nothing while Rejected', () => {
    expect(refusedCommand('Pending', 'RequestStartTransaction')).toBeDefined();
    expect(refusedCommand('Pending', 'GetVariables')).toBeUndefined();
    expect(refusedCommand('Rejected', 'GetVariables')).toBeDefined();
    expect(refusedCommand('Accepted', 'RequestStartTransaction')).toBeUndefined();
  });

  it('asks again soon', () => {
    expect(bootInterval('Pending', 300)).toBe(30);
    expect(bootInterval('Rejected', 10)).toBe(10);
    expect(bootInterval('Accepted', 300)).toBe(300);
  });
});

it('an accepted station may send everything', () => {
  expect(mayCall('Accepted', 'Anything', none)).toBe(true);
});
