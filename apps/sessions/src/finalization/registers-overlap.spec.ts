import { describe, expect, it } from '@jest/globals';
import { random } from '@chargemesh/testing/random';
import { OPERATOR_ID, at, available, booted, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const two = { transactionId: '2' };
const before = [booted(at('06:00')), available(at('06:01'))];
const play = (...beliefs: { energyWh: number; powerFactor: number }[]) =>
  new Play(at('20:00'), undefined, [], new Map(beliefs.map((one) => [OPERATOR_ID, one]))).each(...before);
const first = [started(at('08:00'), 1_000), updated(at('08:20'), 2_900), ended(at('08:40'), 3_000)];
const stale = [started(at('09:00'), 1_000, two), ended(at('09:30'), 3_600, two)];

describe('a session that begins below where the one before it at its connector came to', () => {
  it('is held where that is final, since a part of its energy was billed already', () => {
    const story = play()
      .each(...first)
      .after(2_000)
      .each(...stale)
      .after(2_000);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 2_000, flags: [] });
    expect(story.session('2')).toMatchObject({ status: 'held', hold: { reasons: ['registers-overlap'] } });
    story.decide({ bill: 'value', energyWh: 600 }, '2');
    expect(story.session('2')).toMatchObject({ status: 'finalized', energyWh: 600 });
  });

  it('is held with the other one where neither is final, as after a watchdog that starts the transaction again', () => {
    const again = [started(at('08:30'), 1_000, two), updated(at('08:40'), 3_500, two)];
    const story = play()
      .each(...first.slice(0, 2), ...again, ended(at('08:50'), 3_600, two))
      .after(2_000);
    for (const id of ['1', '2'])
      expect(story.session(id)).toMatchObject({ status: 'held', hold: { reasons: ['registers-overlap'] } });
  });

  it('is held for good, and not looked at again with each word of its station', () => {
    const nameless = { evseId: undefined, connectorId: undefined };
    const lost = [started(at('08:00'), 0, { samples: [] }), updated(at('08:20'), 8_800), updated(at('09:20'), 13_300)];
    const next = [started(at('09:27'), 10_050, { ...two, ...nameless }), ended(at('10:12'), 14_550, two)];
    const story = play().each(...lost, available(at('09:40')), available(at('10:10')), ...next);
    story.after(2_000);
    const held = story.session();
    expect(held).toMatchObject({ status: 'held', hold: { reasons: ['registers-overlap'] } });
    story.each(available(at('10:20'), { connectorId: 2 }), booted(at('10:30')));
    expect(story.session()).toEqual(held);
  });

  it('is held where it begins with the register of a session before the one before it', () => {
    const next = [
      started(at('08:45'), 3_000, { transactionId: '3' }),
      ended(at('08:55'), 5_000, { transactionId: '3' }),
    ];
    const story = play()
      .each(...first, ...next)
      .after(2_000)
      .each(started(at('09:00'), 1_500, two), ended(at('09:30'), 6_000, two))
      .after(2_000);
    expect(story.session('2')).toMatchObject({ status: 'held', hold: { reasons: ['registers-overlap'] } });
  });

  it('is held where a stop of the one before is told again within a minute, with the register of then', () => {
    const next = [started(at('08:40:10'), 3_000, two), ended(at('08:40:40'), 5_000, two)];
    const told = play({ energyWh: 1_500, powerFactor: 20 }).each(...first, ...next);
    told.each(ended(at('08:40:50'), 5_000)).after(2_000);
    expect(told.session()).toMatchObject({ status: 'held', hold: { reasons: ['transaction-reused'] } });
  });

  it('is billed and shown where no more is shared than its operator believes', () => {
    const story = play({ energyWh: 100_000, powerFactor: 2 })
      .each(...first)
      .after(2_000)
      .each(...stale)
      .after(2_000);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 2_000, flags: [] });
    expect(story.session('2')).toMatchObject({ status: 'finalized', energyWh: 2_600, flags: ['energy-twice'] });
    story.decide({ bill: 'value', energyWh: 600 }, '2');
    expect(story.session('2')).toMatchObject({ energyWh: 600, flags: ['decided'] });
  });

  it('stays as it is decided, and lets the other one be corrected', () => {
    const story = play()
      .each(...first)
      .after(2_000)
      .each(...stale)
      .after(2_000);
    story.each(updated(at('08:30'), 2_950)).after(2_000);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 2_000 });
    story
      .decide({ bill: 'value', energyWh: 600 }, '2')
      .each(updated(at('08:31'), 2_951))
      .after(2_000);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 2_000 });
  });

  it.each([
    ['its station counts each session from 0', 0, 3_000, 2_600],
    ['its meter was changed', 9_000_000, 9_003_000, 400],
    ['its begin is rounded, or read a moment before', 995, 3_000, 2_990],
  ])('is billed where %s', (_, begin, end, next) => {
    const story = play().each(started(at('08:00'), begin), ended(at('08:40'), end));
    const from = begin === 0 ? 0 : next;
    story.each(started(at('09:00'), from, two), ended(at('09:30'), from + 2_000, two)).after(2_000);
    for (const id of ['1', '2']) expect(story.session(id)).toMatchObject({ status: 'finalized', flags: [] });
  });

  it.each<[string, [number, number][], string[]]>([
    [
      'a begin that was remembered',
      [
        [50, 2_900],
        [90, 4_700],
      ],
      ['2'],
    ],
    [
      'the same begin again',
      [
        [50, 2_900],
        [50, 4_700],
      ],
      ['2'],
    ],
    [
      'the begin of the one before the last',
      [
        [50, 2_900],
        [2_900, 4_000],
        [60, 6_000],
      ],
      ['3'],
    ],
    [
      'a begin of 0 that was not read',
      [
        [1_003, 25_017],
        [0, 29_900],
        [29_900, 34_000],
      ],
      ['2'],
    ],
    [
      'a begin of 0, of which the first session that counts begins at 0 as well',
      [
        [0, 9_000],
        [9_000, 12_000],
        [0, 14_000],
      ],
      ['3'],
    ],
    [
      'a begin of 0 again, after one that waits for a person',
      [
        [1_003, 9_000],
        [0, 12_000],
        [12_000, 15_000],
        [0, 18_000],
      ],
      ['2', '4'],
    ],
    [
      'a begin in kWh, rounded',
      [
        [1_134, 4_575],
        [5, 8_000],
      ],
      ['2'],
    ],
    [
      'a begin in kWh, cut off',
      [
        [1_134, 14_575],
        [14, 18_000],
      ],
      ['2'],
    ],
    [
      'a station that counts each session from 0, and ever more',
      [
        [0, 2_000],
        [0, 3_000],
        [0, 4_700],
      ],
      [],
    ],
    [
      'a station that says 0 at each begin, and its lifetime at each end',
      [
        [0, 2_000],
        [0, 4_700],
        [0, 6_900],
        [0, 9_800],
        [0, 12_100],
      ],
      ['5'],
    ],
    [
      'a station that counts each session from 0, and less after four that were ever more',
      [
        [0, 2_000],
        [0, 2_700],
        [0, 2_900],
        [0, 3_800],
        [0, 2_600],
        [0, 3_900],
      ],
      [],
    ],
    [
      'a station that counts each session from 0, a little at first',
      [
        [0, 800],
        [0, 5_000],
      ],
      [],
    ],
    [
      'a station that counts from 0 since it was switched on, now and then',
      [
        [1_200, 2_900],
        [0, 1_500],
        [1_500, 2_000],
        [0, 4_700],
      ],
      [],
    ],
    [
      'a meter that was changed',
      [
        [50, 2_900],
        [5, 4_700],
      ],
      [],
    ],
    [
      'a meter that was changed, and charged less since',
      [
        [50, 2_900],
        [90, 2_000],
      ],
      [],
    ],
    [
      'a meter that was changed after it had counted for long',
      [
        [5_000, 7_900],
        [90, 9_000],
      ],
      [],
    ],
    [
      'a station that counts each session from 0 and reads late',
      [
        [0, 2_900],
        [0, 1_200],
        [40, 4_700],
      ],
      [],
    ],
    [
      'a young meter',
      [
        [0, 50],
        [50, 2_900],
        [2_900, 4_700],
      ],
      [],
    ],
  ])('is held on a young meter where it may be one register: %s', (_, registers, held) => {
    const story = play();
    for (const [index, [begin, end]] of registers.entries()) {
      const id = { transactionId: String(index + 1) };
      const hour = String(7 + index).padStart(2, '0');
      story.each(started(at(`${hour}:00`), begin, id), ended(at(`${hour}:40`), end, id)).after(2_000);
    }
    const all = registers.map((_register, index) => story.session(String(index + 1)));
    expect(all.filter(({ status }) => status === 'held').map(({ transactionId }) => transactionId)).toEqual(held);
    expect(all.flatMap(({ status, flags }) => (status === 'held' ? [] : flags))).toEqual([]);
  });

  it('is billed where its meter began anew with a session in between', () => {
    const anew = [started(at('08:45'), 0, { transactionId: '3' }), ended(at('08:55'), 1_500, { transactionId: '3' })];
    const story = play().each(...first, ...anew, started(at('09:00'), 1_500, two), ended(at('09:30'), 4_000, two));
    story.after(2_000);
    expect(story.session('2')).toMatchObject({ status: 'finalized', energyWh: 2_500, flags: [] });
  });

  it('is never billed more than flowed in silence, whatever begin its station remembers', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const next = random(seed);
      const story = play();
      const seen = [1_000];
      for (const [index, hour] of ['08', '09', '10', '11', '12'].entries()) {
        const last = seen.at(-1) as number;
        const begin = next() < 0.4 ? (seen[Math.floor(next() * seen.length)] as number) : last;
        const end = last + 1_500 + Math.floor(next() * 3_000);
        const id = { transactionId: String(index + 1) };
        story.each(started(at(`${hour}:00`), begin, id));
        if (next() < 0.8) story.each(ended(at(`${hour}:40`), end, id));
        else story.each(updated(at(`${hour}:40`), end, id), available(at(`${hour}:41`)));
        if (next() < 0.5) story.after(2_000);
        seen.push(end);
      }
      story.after(2_000);
      const final = ['1', '2', '3', '4', '5']
        .map((id) => story.session(id))
        .filter(({ status }) => status === 'finalized');
      const sum = final
        .filter(({ flags }) => !flags.includes('energy-twice'))
        .reduce((wh, { energyWh }) => wh + energyWh, 0);
      expect({ seed, isTooMuch: sum > (seen.at(-1) as number) - 1_000 }).toEqual({ seed, isTooMuch: false });
    }
  });
});
