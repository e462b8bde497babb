import { describe, expect, it } from '@jest/globals';
import { random } from '@chargemesh/testing/random';
import { at, available, booted, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { evse, referenceData } from '../testing/reference-data.js';

const two = { transactionId: '2' };
const before = [booted(at('07:00')), available(at('07:01'))];
const lost = [...before, started(at('08:00'), 1_000), updated(at('08:10'), 2_000)];
const play = () => new Play(at('20:00'));

describe('energy that flowed between two sessions of a connector', () => {
  it('holds the first one where its stop was lost, and the next begins far higher', () => {
    const next = [started(at('11:00'), 21_000, two), ended(at('11:30'), 22_000, two)];
    const story = play()
      .each(...lost, ...next)
      .after(2_000);
    expect(story.of('session-held')).toMatchObject([{ transactionId: '1', reasons: ['register-went-on'] }]);
    expect(story.session().hold).toMatchObject({ plausibleEnergyWh: 1_000, nextBeginWh: 21_000 });
    expect(story.session('2')).toMatchObject({ status: 'finalized', energyWh: 1_000, flags: [] });
    story.decide({ bill: 'value', energyWh: 20_000 });
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 20_000 });
  });

  it('holds the first one where its stop says no register', () => {
    const story = play().each(...before, started(at('08:00'), 1_000), updated(at('08:50'), 6_000));
    story.each(ended(at('09:30'), null), started(at('09:40'), 11_000, two), ended(at('10:00'), 12_000, two));
    expect(story.after(2_000).session()).toMatchObject({ status: 'held', hold: { reasons: ['register-went-on'] } });
  });

  it('is said of the next one where the first is final by then, and billed to neither', () => {
    const story = play()
      .each(...lost, available(at('11:00')))
      .after(2_000);
    story.each(started(at('11:10'), 20_000, two), ended(at('11:20'), 21_000, two)).after(2_000);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 1_000 });
    expect(story.session('2')).toMatchObject({ energyWh: 1_000, flags: ['energy-between'] });
  });

  it('is said of the next one where both have their ends, since a session between them may be lost', () => {
    const story = play().each(
      ...before,
      started(at('08:00'), 1_000),
      ended(at('09:00'), 5_000),
      available(at('09:01')),
    );
    story.each(started(at('10:00'), 9_000, two), ended(at('10:30'), 12_000, two)).after(2_000);
    expect(story.session()).toMatchObject({ status: 'finalized', flags: [] });
    expect(story.session('2')).toMatchObject({ status: 'finalized', energyWh: 3_000, flags: ['energy-between'] });
  });

  it.each([0, 1, 3, 5])('is said of the next one where one in between told of no register but %d Wh', (wh) => {
    const between = { transactionId: '3' };
    const story = play().each(
      ...[...before, started(at('08:00'), 500_000), ended(at('09:00'), 505_000)],
      ...[started(at('09:10'), wh, between), ended(at('09:50'), wh, between)],
      ...[started(at('10:00'), 512_000, two), ended(at('10:30'), 515_000, two)],
    );
    expect(story.after(2_000).session('2')).toMatchObject({
      status: 'finalized',
      energyWh: 3_000,
      flags: ['energy-between'],
    });
  });

  it('is said of one whose begin nobody read at once', () => {
    const story = play().each(
      ...before,
      started(at('08:00'), 1_000),
      ended(at('09:00'), 5_000),
      available(at('09:01')),
    );
    story.each(started(at('10:00'), 0, { ...two, samples: [] }), updated(at('10:20'), 9_000, two));
    expect(
      story
        .each(ended(at('10:30'), 12_000, two))
        .after(2_000)
        .session('2').flags,
    ).toContain('energy-between');
  });

  it('is not looked for beyond a next one whose begin nobody named, for that has charged as well', () => {
    const unnamed = [started(at('11:00'), 0, { ...two, samples: [] }), updated(at('11:00:05'), 2_100, two)];
    const third = started(at('12:00'), 9_000, { transactionId: '3' });
    const story = play().each(...lost, ...unnamed, ended(at('11:30'), 9_000, two), third);
    expect(story.after(2_000).session()).toMatchObject({ status: 'finalized', energyWh: 1_000 });
  });

  it('is said of a final one where the one before comes from a queue', () => {
    const story = play().each(...before, started(at('11:00'), 24_013, two), ended(at('11:30'), 27_000, two));
    expect(story.after(2_000).session('2')).toMatchObject({ status: 'finalized', flags: [] });
    const late = { receivedAt: at('11:40'), offline: true };
    story
      .each(started(at('08:00'), 1_003, late), ended(at('09:00'), 9_011, late))
      .after(2_000)
      .after(0);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 8_008, flags: [] });
    expect(story.session('2')).toMatchObject({ energyWh: 2_987, flags: ['energy-between'] });
  });

  it('is not said of one that has been final for a month', () => {
    const story = play().each(...before, started(at('11:00'), 24_013, two), ended(at('11:30'), 27_000, two));
    story.after(2_000).after(31 * 86_400);
    const late = { receivedAt: '2026-04-03T11:40:00.000Z', offline: true };
    story
      .each(started(at('08:00'), 1_003, late), ended(at('09:00'), 9_011, late))
      .after(2_000)
      .after(0);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 8_008 });
    expect(story.session('2')).toMatchObject({ energyWh: 2_987, flags: [] });
  });

  it('is found though an attempt that failed lies between, with the register of before', () => {
    const failed = { transactionId: '3' };
    const attempt = [started(at('10:59'), 9_011, failed), ended(at('10:59:30'), 9_011, failed)];
    const story = play().each(...before, started(at('08:00'), 1_003), ended(at('09:00'), 9_011), ...attempt);
    story.each(started(at('11:00'), 24_013, two), ended(at('11:30'), 30_007, two)).after(2_000);
    expect(story.session('2')).toMatchObject({ energyWh: 5_994, flags: ['energy-between'] });
  });

  it.each([
    ['held again where somebody billed it for the next one', { bill: 'value', energyWh: 18_002 } as const, 'held'],
    ['billed to its own where somebody left it out', { bill: 'as-billed' } as const, 'finalized'],
  ])('is %s, once the session between is known', (_, wish, status) => {
    const next = [started(at('11:00'), 24_013, two), ended(at('11:30'), 27_013, two)];
    const story = play().each(...before, started(at('08:00'), 1_003), ended(at('09:00'), 9_011), ...next);
    story.after(2_000).decide(wish, '2');
    const between = { transactionId: '3', receivedAt: at('11:40'), offline: true };
    story
      .each(started(at('09:20'), 9_011, between), ended(at('10:30'), 24_013, between))
      .after(2_000)
      .after(0);
    expect(story.session('3')).toMatchObject({ status: 'finalized', energyWh: 15_002 });
    expect(story.session('2')).toMatchObject({ status });
    if (status === 'finalized') return;
    expect(story.session('2').hold).toMatchObject({ reasons: ['decision-outdated'] });
    story.decide({ bill: 'value', energyWh: 18_002 }, '2');
    expect(story.session('2')).toMatchObject({ status: 'finalized', energyWh: 18_002, flags: ['decided'] });
  });

  it('holds the first one no longer where a session between comes to be known', () => {
    const next = [started(at('11:00'), 21_000, two), ended(at('11:30'), 22_000, two)];
    const story = play()
      .each(...lost, ...next)
      .after(2_000);
    expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['register-went-on'] } });
    const between = { transactionId: '3', receivedAt: at('11:40'), offline: true };
    story
      .each(started(at('08:20'), 2_100, between), ended(at('10:30'), 21_000, between))
      .after(2_000)
      .after(0);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 1_000 });
    expect(story.session('3')).toMatchObject({ status: 'finalized', energyWh: 18_900, flags: [] });
  });

  it.each([
    ['is what a station uses itself', 5_900, []],
    ['is more than its connector delivers, so that the meter is another one', 90_000, []],
    [
      'was charged at another connector by the same meter',
      9_000,
      [
        started(at('09:05'), 5_000, { transactionId: '3', evseId: 2 }),
        ended(at('09:30'), 9_000, { transactionId: '3' }),
      ],
    ],
  ])('is nothing where it %s', (_, beginWh, elsewhere) => {
    const story = play().each(...before, started(at('08:00'), 1_000), ended(at('09:00'), 5_000), ...elsewhere);
    story.each(started(at('10:00'), beginWh, two), ended(at('10:30'), beginWh + 3_000, two)).after(2_000);
    expect(story.session('2')).toMatchObject({ status: 'finalized', energyWh: 3_000, flags: [] });
  });

  it('is never lost in silence, whatever of three sessions is lost', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const chance = random(seed);
      const story = play().each(...before);
      let wh = 1_000;
      let [lostWh, isLost] = [0, false];
      for (const [index, hour] of ['08', '10', '12', '14'].entries()) {
        const transactionId = String(index + 1);
        const [begin, middle, end] = [wh, wh + 2_000, wh + 5_000 + Math.floor(chance() * 3_000)];
        wh = end;
        const isWhole = index === 0 || index === 3 || chance() < 0.3;
        if (isWhole || chance() < 0.6) {
          story.each(
            started(at(`${hour}:00`), begin, { transactionId }),
            updated(at(`${hour}:10`), middle, { transactionId }),
          );
          if (isWhole) story.each(ended(at(`${hour}:40`), end, { transactionId }));
          else [lostWh, isLost] = [lostWh + end - middle, true];
        } else [lostWh, isLost] = [lostWh + end - begin, true];
        if (chance() < 0.5) story.each(available(at(`${hour}:41`)));
        if (chance() < 0.5) story.after(2_000);
      }
      story.after(2_000).after(2_000);
      const sessions = ['1', '2', '3', '4'].flatMap((id) => (story.knows(id) ? [story.session(id)] : []));
      const isShown = sessions.some(({ status, flags }) => status === 'held' || flags.includes('energy-between'));
      expect({ seed, isShown }).toEqual({ seed, isShown: isLost });
      const billedWh = sessions
        .filter(({ status }) => status === 'finalized')
        .reduce((sum, { energyWh }) => sum + energyWh, 0);
      expect(billedWh).toBeLessThanOrEqual(wh - 1_000 - lostWh);
    }
  });
});

describe('a session of which no register is told at all', () => {
  const silent = [started(at('10:00'), 0, { ...two, samples: [] }), ended(at('11:00'), null, two)];
  const metered = [...before, started(at('08:00'), 1_000), ended(at('09:00'), 5_000)];

  it.each([
    ['the one before', [...metered, ...silent]],
    ['the next one', [...silent, started(at('12:00'), 9_000), ended(at('12:30'), 10_000)]],
  ])('is held where %s has some: its station has a meter', (_, events) => {
    const story = play()
      .each(...events)
      .after(2_000);
    expect(story.session('2')).toMatchObject({ status: 'held', hold: { reasons: ['no-end-value'] } });
  });

  it('is billed as it is where its station never tells one, or where it had no time for any', () => {
    const never = play()
      .each(...before, started(at('08:00'), 0, { samples: [] }), ended(at('09:00'), null), ...silent)
      .after(2_000);
    expect(never.session('2')).toMatchObject({ status: 'finalized', energyWh: 0 });
    const none = ended(at('10:00:30'), null, two);
    const short = play()
      .each(...metered, started(at('10:00'), 0, { ...two, samples: [] }), none)
      .after(2_000);
    expect(short.session('2')).toMatchObject({ status: 'finalized', energyWh: 0 });
  });
});

describe('a register that its station repeats at the end', () => {
  it.each([
    ['the begin, hours later', [], 1_003],
    ['the last reading', [updated(at('09:00'), 39_011)], 39_011],
  ])('as %s, is found by the begin of the next one, however soon that comes', (_, readings, repeated) => {
    const story = play().each(...before, started(at('08:00'), 1_003), ...readings, ended(at('10:40'), repeated));
    story.each(started(at('10:41'), 52_007, two), ended(at('11:30'), 57_400, two)).after(2_000);
    expect(story.session('2')).toMatchObject({ energyWh: 5_393, flags: ['energy-between'] });
  });

  it.each([
    ['above its begin', [], 5_011],
    ['above its last reading', [updated(at('09:00'), 20_017)], 20_500],
  ])('as of some time since, %s, is found by the begin of the next one', (_, readings, stale) => {
    const story = play().each(...before, started(at('08:00'), 1_003), ...readings, ended(at('10:40'), stale));
    story.each(started(at('10:41'), 52_007, two), ended(at('11:30'), 57_400, two)).after(2_000);
    expect(story.session('2')).toMatchObject({ energyWh: 5_393, flags: ['energy-between'] });
  });

  it('holds it where its stop is lost as well, though the next one begins soon after the last reading', () => {
    const hung = ['09:00', '09:30', '10:00', '10:38'].map((time) => updated(at(time), 20_017));
    const story = play().each(...before, started(at('08:00'), 1_003), ...hung);
    story.each(started(at('10:41'), 52_007, two), ended(at('11:30'), 57_400, two)).after(2_000);
    expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['register-went-on'] } });
  });

  it('as it was read while energy flowed until then, and the next one is of another meter, is nothing', () => {
    const story = play().each(...before, started(at('08:00'), 1_003), ended(at('10:40'), 39_011));
    story.each(started(at('10:41'), 152_007, two), ended(at('11:30'), 157_400, two)).after(2_000);
    expect(story.session('2').flags).toEqual([]);
  });
});

describe('a lost session', () => {
  const elsewhere = (begin: number, end: number) => [
    started(at('09:05'), begin, { transactionId: '3', evseId: 2 }),
    ended(at('09:55'), end, { transactionId: '3' }),
  ];
  const flagsWith = (...others: ReturnType<typeof elsewhere>) => {
    const story = play().each(...before, started(at('08:00'), 1_003), ended(at('09:00'), 9_011), ...others);
    return story
      .each(started(at('10:00'), 24_013, two), ended(at('10:30'), 26_000, two))
      .after(2_000)
      .session('2').flags;
  };

  it.each<[string, ReturnType<typeof elsewhere>, string[]]>([
    [
      'is found though another EVSE with a meter of its own, that is far above, delivered meanwhile',
      elsewhere(900_007, 925_011),
      ['energy-between'],
    ],
    ['is found though one with a meter that is below did', elsewhere(107, 8_000), ['energy-between']],
    ['is none where one with the same meter did', elsewhere(9_011, 24_013), []],
    ['is none where one with the same meter began before', elsewhere(6_000, 24_013), []],
  ])('%s', (_, others, flags) => {
    expect(flagsWith(...others)).toEqual(flags);
  });

  it.each<[string, (story: Play) => Play]>([
    ['is held', (story) => story],
    ['was decided on', (story) => story.decide({ bill: 'value', energyWh: 40_000 })],
  ])('is found after one that %s', (_, then) => {
    const held = [started(at('08:00'), 1_000), ended(at('08:20'), 41_000), available(at('08:21'))];
    const story = then(
      play()
        .each(...before, ...held)
        .after(2_000),
    );
    story.each(started(at('10:00'), 56_000, two), ended(at('10:30'), 58_000, two)).after(2_000);
    expect(story.session('2').flags).toEqual(['energy-between']);
  });

  it.each<[string, string, string[]]>([
    [
      'is found after one without an end that was decided on before anybody knew of the next',
      '10:00',
      ['energy-between'],
    ],
    ['is none where whoever decided on it knew at which register the next began', '08:30', []],
  ])('%s', (_, nextAt, flags) => {
    const story = new Play(at('09:00'))
      .each(...before, started(at('08:00'), 1_000), available(at('08:20')))
      .after(2_000);
    expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['no-end-value'] } });
    const next = [started(at(nextAt), 21_000, two), ended(at('10:30'), 24_000, two)];
    const decide = () => story.decide({ bill: 'value', energyWh: 5_000 });
    if (nextAt === '10:00') decide();
    story.each(...next);
    if (nextAt === '08:30') decide();
    expect(story.after(9_000).session('2')).toMatchObject({ status: 'finalized', energyWh: 3_000, flags });
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 5_000 });
  });

  it('is none where the next begins at what was decided of one without an end', () => {
    const story = new Play(at('09:00'))
      .each(...before, started(at('08:00'), 1_000), available(at('08:20')))
      .after(2_000);
    story.decide({ bill: 'value', energyWh: 5_000 });
    story.each(started(at('10:00'), 6_100, two), ended(at('10:30'), 9_100, two)).after(9_000);
    expect(story.session('2')).toMatchObject({ status: 'finalized', energyWh: 3_000, flags: [] });
  });

  it('is none where a station uses a little by itself for a day', () => {
    const nextDay = (time: string) => at(time).replace('-02T', '-03T');
    const story = new Play(nextDay('20:00')).each(...before, started(at('08:00'), 1_000), ended(at('09:00'), 9_000));
    story.each(started(nextDay('08:00'), 11_300, two), ended(nextDay('09:00'), 12_300, two)).after(2_000);
    expect(story.session('2').flags).toEqual([]);
  });
});

describe('a station whose sessions end too low each time', () => {
  /** Five sessions of 5 kWh; between two of them so much, in so many minutes. */
  const flagsOf = (gapWh: number, minutes: number, sharedWh = 0) => {
    const story = new Play(at('00:10'), referenceData([evse(1), evse(2)]));
    let [wh, ms] = [10_007, Date.parse(at('00:10'))];
    const next = (after: number): string => new Date((ms += after * 60_000)).toISOString();
    for (const transactionId of ['1', '2', '3', '4', '5']) {
      const start = started(next(minutes), wh, { transactionId });
      story.after(minutes * 60).batch(start);
      const end = ended(next(30), (wh += 5_000), { transactionId });
      story.after(1_800).batch(end, available(end.data.at));
      if (sharedWh > 0) {
        const other = { transactionId: `other ${transactionId}`, evseId: 2 };
        const begin = started(next(1), wh, other);
        story.after(60).batch(begin, ended(next(9), wh + sharedWh, other));
        story.after(540);
      }
      wh += gapWh;
    }
    story.after(2_000);
    return ['1', '2', '3', '4', '5'].map((id) => story.session(id).flags);
  };

  it('is to review from the fourth on, though each gap is small', () => {
    expect(flagsOf(900, 29)).toEqual([[], [], [], ['energy-between'], ['energy-between']]);
    expect(flagsOf(500, 5)).toEqual([[], [], [], ['energy-between'], ['energy-between']]);
  });

  it.each([
    ['uses little by itself', 90, 5],
    ['is heated and cooled', 800, 120],
    ['stands for long between two', 900, 300],
  ])('is none that %s', (_, gapWh, minutes) => {
    expect(flagsOf(gapWh, minutes).flat()).toEqual([]);
  });

  it('is none whose other EVSE has the same meter', () => {
    expect(flagsOf(900, 20, 900).flat()).not.toContain('energy-between');
  });
});
