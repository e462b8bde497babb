import { describe, expect, it } from '@jest/globals';
import { NOW, contextOf } from '../testing/ports.js';
import { lateStartFlag } from './late-start.js';

const ago = (minutes: number): string => new Date(Date.parse(NOW) - minutes * 60_000).toISOString();

describe('a start that came late', () => {
  it.each<[string, connected: number, start: number, offline: boolean, isDoubtful: boolean]>([
    ['hours, on a connection that stood before it', 600, 480, false, true],
    ['hours, on a connection that is younger than that, and stood for a while', 20, 120, false, true],
    ['hours, from the queue of a station that was offline', 5, 480, false, false],
    ['hours, as the station says from its queue', 600, 480, true, false],
    ['minutes', 600, 10, false, false],
    ['never', 600, 0, false, false],
  ])('%s', (_what, connected, start, offline, isDoubtful) => {
    const context = contextOf('1.6', { connectedAt: ago(connected) });
    expect(lateStartFlag(context, ago(start), offline)).toBe(isDoubtful ? 'start-time-doubtful' : undefined);
  });
});
