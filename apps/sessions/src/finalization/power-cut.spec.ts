import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { at, available, booted, ended, occupied, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const charging = occupied(at('08:00:10'), { detail: 'Charging', messageId: 'charging' });
const READ = [updated(at('08:30'), 4_000), updated(at('09:00'), 7_000)];
const BOOT = [booted(at('19:00'))];
/** What is billed as its end and as parking, and whether its end is in doubt. */
function billed(
  stop: { at?: string; receivedAt?: string; stoppedReason?: string; wh?: number },
  before: StationEvent[],
) {
  const { at: time = '19:00:05', receivedAt = '19:00:05', stoppedReason = 'PowerLoss', wh = 7_000 } = stop;
  const [final] = new Play(at('20:00'))
    .each(started(at('08:00'), 1_000), charging, ...before)
    .each(ended(at(time), wh, { receivedAt: at(receivedAt), stoppedReason }), available(at('19:00:10')))
    .after(600)
    .of('session-finalized');
  const periods = (final?.['periods'] ?? []) as { kind: string }[];
  return [
    (final?.['endedAt'] as string).slice(11, 16),
    periods.some(({ kind }) => kind === 'parking') ? 'parking' : 'charging',
    (final?.['flags'] as string[]).includes('end-time-doubtful') ? 'doubtful' : 'clear',
    final?.['energyWh'],
  ].join(' ');
}

describe('a stop by a cut of power', () => {
  it.each<[string, Parameters<typeof billed>, string]>([
    ['that is stamped when the station boots', [{}, [...READ, ...BOOT]], '09:00 charging doubtful 6000'],
    ['after a reboot', [{ stoppedReason: 'Reboot' }, [...READ, ...BOOT]], '09:00 charging doubtful 6000'],
    ['of a station that reads nothing in between', [{ wh: 23_000 }, BOOT], '08:59 charging doubtful 22000'],
    ['that was kept with its time', [{ at: '09:00:30' }, [...READ, ...BOOT]], '09:00 charging clear 6000'],
    ['after a short one', [{}, [...READ, updated(at('18:50'), 7_000), ...BOOT]], '19:00 parking clear 6000'],
    ['without a boot', [{}, READ], '19:00 parking doubtful 6000'],
    ['long after its boot', [{ at: '19:40', receivedAt: '19:40' }, [...READ, ...BOOT]], '19:40 parking doubtful 6000'],
    ['that somebody made', [{ stoppedReason: 'Local' }, [...READ, ...BOOT]], '19:00 parking clear 6000'],
  ])('%s', (_, told, expected) => {
    expect(billed(...told)).toBe(expected);
  });
});
