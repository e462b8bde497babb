import { describe, expect, it } from '@jest/globals';
import { bootInterval, mayCall, refusedCommand } from './registration.decide.js';

const none = new Set<string>();

describe('a station that is not accepted', () => {
  it.each(['Pending', 'Rejected'] as const)('may only boot while %s', (registration) => {
    expect(mayCall(registration, 'BootNotification', none)).toBe(true);
    expect(mayCall(registration, 'Heartbeat', none)).toBe(false);
    expect(mayCall(registration, 'StartTransaction', none)).toBe(false);
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
