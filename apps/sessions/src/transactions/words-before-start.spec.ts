import { describe, expect, it } from '@jest/globals';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, available, ended, occupied, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const now = at('12:30');
/** What an OCPP 1.6 station that was offline says of its connector. */
const says = (time: string, detail: string) =>
  detail === 'Available'
    ? available(at(time), { detail, receivedAt: now })
    : occupied(at(time), { detail, receivedAt: now });
const queued = { receivedAt: now };
const reading = (time: string, energyWh: number) => updated(at(time), energyWh, queued);

const start = started(at('10:00'), 1_000, queued);
const values = [reading('10:30', 1_500), reading('11:00', 1_500), reading('11:30', 1_900)];
const stop = ended(at('12:00'), 1_900, queued);
const words = [says('10:30', 'SuspendedEV'), says('11:00', 'Charging'), says('11:30', 'SuspendedEV')];

function parkingOf(story: Play, transactionId = '1'): [string, string][] {
  const final = story
    .after(900)
    .of('session-finalized')
    .findLast((data) => data.transactionId === transactionId);
  const periods = final?.periods as { kind: string; startedAt: string; endedAt: string }[];
  const parked = periods.filter(({ kind }) => kind === 'parking');
  return parked.map(({ startedAt, endedAt }) => [startedAt.slice(11, 16), endedAt.slice(11, 16)]);
}

describe('what a connector says before the start of its session comes', () => {
  it('is of the session, every word of it', () => {
    const story = new Play(at('13:00')).each(...words, start, ...values, stop);
    expect(parkingOf(story)).toEqual([
      ['10:30', '11:00'],
      ['11:30', '12:00'],
    ]);
  });

  it('comes to the same bill in whatever order all of it comes', () => {
    const next = random(11);
    for (let round = 0; round < 60; round++) {
      const facts = shuffled([...words, start, ...values, stop], next);
      const story = round % 2 === 0 ? new Play(at('13:00')).each(...facts) : new Play(at('13:00')).batch(...facts);
      expect(parkingOf(story)).toEqual([
        ['10:30', '11:00'],
        ['11:30', '12:00'],
      ]);
    }
  });

  it('is of each of two sessions as far as the connector was free in between', () => {
    const next = [says('12:05', 'Charging'), says('12:15', 'SuspendedEV'), says('12:25', 'Available')];
    const other = { ...queued, transactionId: '2' };
    const story = new Play(at('13:00')).each(
      ...[...words, says('12:00', 'Available'), ...next],
      ...[start, ...values, stop],
      ...[started(at('12:04'), 1_900, other), updated(at('12:15'), 2_200, other), ended(at('12:25'), 2_200, other)],
    );
    expect(story.session('1')).toMatchObject({ endedAt: new Date(at('12:00')), lastHeardAt: new Date(at('12:00')) });
    expect(parkingOf(story)).toEqual([
      ['10:30', '11:00'],
      ['11:30', '12:00'],
    ]);
    expect(parkingOf(story, '2')).toEqual([['12:15', '12:25']]);
  });

  it('is of the second of two sessions where the first has no words of its own', () => {
    const word = (time: string, detail: string) =>
      occupied(at(time), { detail: detail as 'Charging', receivedAt: at('12:30'), messageId: `${time} ${detail}` });
    const free = (time: string) =>
      available(at(time), { detail: 'Available', receivedAt: at('12:30'), messageId: `${time} free` });
    const late = { receivedAt: at('12:31') };
    const other = { ...late, transactionId: '2' };
    const story = new Play(at('13:00')).each(
      ...[word('10:04', 'Finishing'), free('10:05'), word('10:08', 'Charging'), word('10:20', 'SuspendedEV')],
      free('12:00'),
      ...[started(at('10:00'), 1_000, late), ended(at('10:04'), 1_500, late)],
      ...[started(at('10:07'), 1_500, other), ended(at('11:55'), 4_000, other)],
    );
    const kinds = (id: string) =>
      story
        .after(2_000)
        .of('session-finalized')
        .filter(({ transactionId }) => transactionId === id)
        .flatMap(({ periods }) => (periods as { kind: string }[]).map(({ kind }) => kind));
    expect([kinds('1').includes('parking'), kinds('2').includes('parking')]).toEqual([false, true]);
  });

  it('is kept for a start only where no session took it, and not without end', () => {
    const live = { receivedAt: at('10:30') };
    const running = new Play(at('10:40')).each(
      started(at('10:00'), 1_000),
      occupied(at('10:30'), { detail: 'SuspendedEV', ...live }),
    );
    expect(running.waitingWords()).toEqual([]);
    const idle = new Play(at('13:00')).each(available(at('09:00'), { detail: 'Available' }));
    expect(idle.waitingWords()).toEqual([]);
    for (let minute = 0; minute < 60; minute++) idle.each(says(`11:${String(minute).padStart(2, '0')}`, 'Charging'));
    expect(idle.waitingWords()).toHaveLength(50);
  });
});
