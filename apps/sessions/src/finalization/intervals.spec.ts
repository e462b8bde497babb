import { describe, expect, it } from '@jest/globals';
import type { MeterSample } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, available, ended, interval, readings, register, started, updated, values } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const start = started(at('10:00'), 0, { samples: [] });
const reading = (sample: MeterSample, index = 0) =>
  updated(sample.at, null, { samples: [sample], digest: `${sample.at} ${index}` });

/** What becomes of a session of an hour with these samples and an end that says no register. */
function outcomeOf(...samples: MeterSample[]) {
  const story = new Play(at('12:00')).each(start, ...samples.map(reading), ended(at('11:00'), null)).after(5);
  const { status, energyWh, flags } = story.session();
  return { story, status, energyWh, flags };
}

describe('a session whose station says only what flowed since the reading before', () => {
  const own = [interval(at('10:15'), 1_000), interval(at('10:30'), 2_000), interval(at('10:45'), 1_500)];

  it('is billed by the sum, whatever the order and the repetition', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const samples = shuffled([...own, ...own], random(seed));
      const { energyWh, flags } = outcomeOf(...samples);
      expect({ seed, energyWh, flags }).toEqual({ seed, energyWh: 4_500, flags: ['end-unsaid', 'intervals-summed'] });
    }
  });

  it.each([
    ['', start],
    [' beside a register that only the start says', started(at('10:00'), 7_000)],
  ])('shows the sum so far while it runs%s', (_, begun) => {
    const story = new Play(at('12:00')).each(begun);
    const shown = own.map((sample, index) => story.each(reading(sample, index)).session().energyWh);
    expect(shown).toEqual([1_000, 3_000, 4_500]);
    // What comes late or again is left to the end.
    story.each(reading(interval(at('10:20'), 700), 8), reading(own[2] as MeterSample, 9));
    expect(story.session().energyWh).toBe(4_500);
  });

  it('is billed by the sum where the stop is lost and the register is known of the start only', () => {
    const story = new Play(at('12:00')).each(started(at('10:00'), 7_000), ...own.map(reading), available(at('11:00')));
    expect(story.after(600).session()).toMatchObject({ status: 'finalized', energyWh: 4_500 });
  });

  it('has the energy in the time in which it flowed', () => {
    const [final] = outcomeOf(...own).story.of('session-finalized');
    expect(final).toMatchObject({
      periods: [
        { energyWh: 1_000, endedAt: at('10:15') },
        { energyWh: 2_000, endedAt: at('10:30') },
        { energyWh: 1_500, endedAt: at('10:45') },
        { energyWh: 0, endedAt: at('11:00') },
      ],
    });
  });

  it.each<[string, MeterSample[], object]>([
    ['a register has the say', [...own, register(at('10:20'), 100), register(at('10:40'), 900)], { energyWh: 800 }],
    ['what is said at the start is of before', [interval(at('10:00'), 9_000), ...own], { energyWh: 4_500 }],
    ['so is the begin', [interval(at('10:01'), 9_000, 'Transaction.Begin'), ...own], { energyWh: 4_500 }],
    ['the end says the rest', [...own, interval(at('11:00'), 500, 'Transaction.End')], { energyWh: 5_000 }],
    [
      'two series are not added',
      [...own, interval(at('10:20'), 1_600, 'Sample.Clock'), interval(at('10:40'), 2_600, 'Sample.Clock')],
      { energyWh: 4_500 },
    ],
    [
      'a series by the clock alone counts',
      [interval(at('10:20'), 1_600, 'Sample.Clock'), interval(at('11:00'), 0, 'Transaction.End')],
      { energyWh: 1_600 },
    ],
    ['a placeholder below zero is none', [...own, interval(at('10:50'), -1)], { energyWh: 4_500 }],
    ['more than can have flowed is held', [...own, interval(at('10:50'), 910_000)], { status: 'held' }],
    [
      'phases are one',
      [
        values(
          at('10:15'),
          ...['L1', 'L2', 'L3'].map((phase) => ({
            ...{ measurand: 'Energy.Active.Import.Interval', value: 300, unit: 'Wh', phase },
          })),
        ),
      ],
      { energyWh: 900 },
    ],
    [
      'another unit is none',
      [values(at('10:15'), { measurand: 'Energy.Active.Import.Interval', value: 300, unit: 'kJ' })],
      { energyWh: 0, flags: ['no-end-value', 'register-unused', 'unit-unknown'] },
    ],
  ])('%s', (_, samples, expected) => {
    expect(outcomeOf(...samples)).toMatchObject(expected);
  });

  it('is decided on by a person, where it is held, like any other', () => {
    const { story } = outcomeOf(...own, interval(at('10:50'), 910_000));
    expect(story.of('session-held')).toMatchObject([{ reasons: ['above-limit'], beginWh: 0, endWh: 914_500 }]);
    story.decide({ bill: 'last-plausible' });
    expect(story.of('session-finalized')).toMatchObject([{ energyWh: 4_500 }]);
  });
});

describe('what a station reads between two intervals of its series', () => {
  const own = [interval(at('10:15'), 1_000), interval(at('10:30'), 2_000), interval(at('10:45'), 1_500)];
  const triggered = (time: string, wh: number, context = 'Trigger') => interval(at(time), wh, context);
  const AMBIGUOUS = { energyWh: 4_500, flags: ['end-unsaid', 'intervals-summed', 'register-ambiguous'] };

  it.each<[string, MeterSample[], object]>([
    ['may be in the next one: the smaller is billed and shown', [...own, triggered('10:20', 700)], AMBIGUOUS],
    ['so also at an interruption', [...own, triggered('10:20', 700, 'Interruption.Begin')], AMBIGUOUS],
    ['so also several times', [...own, triggered('10:20', 700), triggered('10:25', 1_300)], AMBIGUOUS],
    ['so also in the same second', [...own, triggered('10:30', 1_990)], AMBIGUOUS],
    [
      'is not in one that is less',
      [...own, triggered('10:20', 2_700)],
      { energyWh: 7_200, flags: ['end-unsaid', 'intervals-summed'] },
    ],
    [
      'is all that is known of the time after the last one',
      [...own, triggered('10:50', 700), triggered('10:55', 1_300)],
      { energyWh: 5_800, flags: ['intervals-summed', 'register-ambiguous'] },
    ],
    [
      'adds up where there is no series',
      [triggered('10:15', 1_000), triggered('10:30', 900)],
      { energyWh: 1_900, flags: ['intervals-summed'] },
    ],
  ])('%s', (_, samples, expected) => {
    expect(outcomeOf(...samples)).toMatchObject(expected);
  });

  it('is never billed twice, whichever of the two it means, and never lost in silence', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const next = random(seed);
      const sinceLast = next() < 0.5;
      const samples: MeterSample[] = [];
      let [trueWh, turnWh, restWh] = [0, 0, 0];
      for (let minute = 1; minute < 60; minute++) {
        const wh = Math.floor(next() * 300);
        [trueWh, turnWh, restWh] = [trueWh + wh, turnWh + wh, restWh + wh];
        const time = at(`10:${String(minute).padStart(2, '0')}`);
        if (minute % 15 === 0 || minute === 59) {
          samples.push(interval(time, sinceLast ? restWh : turnWh));
          [turnWh, restWh] = [0, 0];
        } else if (next() < 0.1) {
          samples.push(interval(time, sinceLast ? restWh : turnWh, 'Trigger'));
          restWh = 0;
        }
      }
      const { energyWh, flags } = outcomeOf(...shuffled(samples, next));
      const isFine = energyWh === trueWh || (energyWh < trueWh && flags.includes('register-ambiguous'));
      expect({ seed, isFine, energyWh, trueWh }).toMatchObject({ seed, isFine: true });
    }
  });

  it('is shown while it runs where nothing else is said', () => {
    const story = new Play(at('12:00')).each(start, reading(triggered('10:15', 1_000)));
    expect(story.session().energyWh).toBe(1_000);
    expect(story.each(reading(own[1] as MeterSample)).session().energyWh).toBe(2_000);
  });
});

describe('a session of OCPP 1.6 whose station has no register and names 0 at start and stop', () => {
  const own = [interval(at('10:15'), 300), interval(at('10:30'), 300), interval(at('10:45'), 300)];
  const zeros = [register(at('10:20'), 0), register(at('10:40'), 0)];
  const outcome = (samples: MeterSample[], begin = 0, end = 0) => {
    const events = [started(at('10:00'), begin), ...samples.map(reading), ended(at('11:00'), end)];
    const outcomes = Array.from({ length: 6 }, (_, seed) => {
      const story = new Play(at('12:00')).each(...(seed === 0 ? events : shuffled(events, random(seed)))).after(600);
      const { status, energyWh, flags, hold } = story.session();
      return status === 'held' ? { reasons: hold?.reasons } : { energyWh, flags };
    });
    expect(outcomes).toEqual(outcomes.map(() => outcomes[0]));
    return outcomes[0];
  };

  it.each<[string, MeterSample[]]>([
    ['', own],
    [' and in between', [...own, ...zeros]],
  ])('is billed by its intervals%s', (_, samples) => {
    expect(outcome(samples)).toEqual({ energyWh: 900, flags: ['intervals-summed'] });
  });

  it('is billed nothing where they are nothing, or there are none', () => {
    expect(outcome([interval(at('10:15'), 0)])).toMatchObject({ energyWh: 0 });
    expect(outcome([])).toEqual({ energyWh: 0, flags: [] });
  });

  it.each<[string, MeterSample[], number, number, object]>([
    ['a register that rises has the say', own, 0, 800, { energyWh: 800 }],
    ['one that stands elsewhere is held', own, 7, 7, { reasons: ['registers-mixed'] }],
    [
      'it is held by one interval that may be of the time before',
      [interval(at('10:01'), 9_000, 'Sample.Clock')],
      0,
      0,
      { reasons: ['registers-mixed'] },
    ],
  ])('%s', (_, samples, begin, end, expected) => {
    expect(outcome(samples, begin, end)).toMatchObject(expected);
  });
});

describe('intervals whose messages have no numbers', () => {
  const every = (minutes: number, ...without: number[]) =>
    Array.from({ length: 60 / minutes }, (_, index) => (index + 1) * minutes)
      .filter((minute) => minute < 60 && !without.includes(minute))
      .map((minute) => interval(at(`10:${String(minute).padStart(2, '0')}`), 1_000));

  const minutely = (...without: number[]) => every(1, ...without).map(({ at: time }) => interval(time, 200));
  const fivefold = ({ at: time, values: [value] }: MeterSample): MeterSample =>
    interval(time, Number(value?.value) * 5, value?.context ?? 'Sample.Periodic');

  it.each<[string, MeterSample[], string[]]>([
    ['of which one is missing are to review', every(10, 30), ['interval-missing', 'intervals-summed']],
    ['of which the first is missing are to review', every(10, 10), ['interval-missing', 'intervals-summed']],
    ['of which several are missing are to review', every(5, 20, 25, 30, 35), ['interval-missing', 'intervals-summed']],
    ['of which one of each minute is missing are to review', minutely(7, 23), ['interval-missing', 'intervals-summed']],
    ['of each minute are not', minutely(), ['intervals-summed']],
    [
      'are to review where the last was due within what the end tells, which is far too little',
      [...every(15, 45), interval(at('10:50'), 300, 'Transaction.End')].map(fivefold),
      ['interval-missing', 'intervals-summed'],
    ],
    [
      'are not where the end tells of all since the last',
      [...every(15, 45), interval(at('10:50'), 1_300, 'Transaction.End')].map(fivefold),
      ['intervals-summed'],
    ],
    [
      'are to review where of two one tells of a part of its time only',
      [interval(at('10:20'), 7_000), interval(at('10:58'), 6_000)],
      ['interval-missing', 'intervals-summed'],
    ],
    [
      'are not where a car charges slower in the last, which came in time',
      [...every(15), interval(at('10:58'), 10, 'Transaction.End')].map(fivefold),
      ['intervals-summed'],
    ],
    [
      'are not where of two the first is little, for its car waited',
      [interval(at('10:15'), 200), interval(at('10:25'), 1_800, 'Transaction.End')],
      ['intervals-summed'],
    ],
    ['that are regular are not', every(10), ['intervals-summed']],
    ['that are as good as regular are not', [...every(10, 30), interval(at('10:30:50'), 1_000)], ['intervals-summed']],
    ['are not for what is read beside', [...every(15), register(at('10:20'), 0)], ['intervals-summed']],
    ['are not for what is read between', [...every(15), interval(at('10:20'), 10, 'Trigger')], ['intervals-summed']],
    [
      'are not where two do not tell how long one is',
      [interval(at('10:10'), 1), interval(at('10:50'), 9)],
      ['intervals-summed'],
    ],
  ])('%s', (_, samples, flags) => {
    expect(outcomeOf(...samples).flags).toEqual(expect.arrayContaining(flags));
    expect(outcomeOf(...samples).flags.includes('interval-missing')).toBe(flags.includes('interval-missing'));
  });

  it.each<[string, number[], boolean]>([
    ['of which some are missing are to review', [20, 30], true],
    ['of which none is missing are not', [], false],
  ])('and name no transaction, though that has numbers, %s', (_, without, isMissing) => {
    const told = every(10, ...without).map((sample) => readings(sample.at, 0, { samples: [sample] }));
    const begun = started(at('10:00'), 0, { samples: [], seqNo: 0 });
    const story = new Play(at('12:00')).each(begun, ...told, ended(at('11:00'), null, { seqNo: 1 })).after(600);
    expect(story.session().flags.includes('interval-missing')).toBe(isMissing);
  });

  it('are to review where a numbered message tells none, and the next one of its own time only', () => {
    const told = every(10).map((sample, index) =>
      index === 2 ? updated(sample.at, null, { digest: 'none' }) : reading(sample, index),
    );
    const numbered = told.map((event, index) => ({ ...event, data: { ...event.data, seqNo: index + 1 } }));
    const fiveTimes = numbered.map((event) => ({
      ...event,
      data: { ...event.data, samples: event.data.samples.map(fivefold) },
    }));
    const begun = started(at('10:00'), 0, { samples: [], seqNo: 0 });
    const end = ended(at('10:51'), null, { seqNo: numbered.length + 1 });
    const { flags } = new Play(at('12:00'))
      .each(begun, ...fiveTimes, end)
      .after(5)
      .session();
    expect(flags).toEqual(['interval-missing', 'intervals-summed']);
  });

  it.each<[string, string, boolean]>([
    ['for hours by the word of its station', 'Charging', true],
    ['and then takes nothing', 'SuspendedEV', false],
  ])('are to review where there is but the last part of one, and its car charges %s', (_, detail, isMissing) => {
    const word = (time: string, said: string) =>
      available(at(time), { status: 'Occupied', detail: said, messageId: time });
    const rest = reading(interval(at('13:35'), 900, 'Transaction.End'), 0);
    const story = new Play(at('14:00')).each(
      started(at('10:00'), 0),
      word('10:00:10', 'Charging'),
      word('10:20', detail),
      rest,
    );
    const { flags } = story
      .each(ended(at('13:35'), 0))
      .after(900)
      .session();
    expect(flags.includes('interval-missing')).toBe(isMissing);
  });

  it('are complete where the numbers of messages say so, and the next one tells of both', () => {
    const told = every(10, 30)
      .map((one, index) => (index === 2 ? interval(one.at, 2_000) : one))
      .map((sample, index) => ({ ...reading(sample, index) }));
    const numbered = told.map((event, index) => ({ ...event, data: { ...event.data, seqNo: index + 1 } }));
    const begun = started(at('10:00'), 0, { samples: [], seqNo: 0 });
    const end = ended(at('10:55'), null, { seqNo: numbered.length + 1 });
    const { flags } = new Play(at('12:00'))
      .each(begun, ...numbered, end)
      .after(5)
      .session();
    expect(flags).toEqual(['intervals-summed']);
  });
});

describe('intervals that end long before their session', () => {
  const every10 = (count: number) =>
    Array.from({ length: count }, (_, index) => interval(at(`10:${10 * (index + 1)}`), 900));
  const flagsOf = (samples: readonly MeterSample[], ...events: Parameters<Play['each']>) =>
    new Play(at('14:00'))
      .each(started(at('10:00'), 0), ...samples.map(reading), ...events, ended(at('12:00'), 0))
      .after(900)
      .session().flags;

  it.each<[string, number]>([
    ['that are regular', 5],
    ['of which there is but one', 1],
  ])('are shown, of those %s', (_, count) => {
    expect(flagsOf(every10(count))).toContain('end-unsaid');
  });

  it.each<[string, MeterSample[], Parameters<Play['each']>]>([
    ['the last of them tells of nothing', [...every10(4), interval(at('10:50'), 0)], []],
    [
      'its car takes nothing any more',
      every10(5),
      [available(at('10:51'), { status: 'Occupied', detail: 'SuspendedEV' })],
    ],
  ])('are not where %s', (_, samples, events) => {
    expect(flagsOf(samples, ...events)).not.toContain('end-unsaid');
  });
});

describe('what flows after the last interval of a station that tells none with the stop', () => {
  /** 20 kW by the clock from five past ten on, and a stop just before the next is due. */
  const byClock = (step: number, end: number): MeterSample[] =>
    Array.from({ length: Math.floor((end - 1) / step) }, (_, index) => {
      const wh = (index === 0 ? step - 5 : step) * 333;
      return interval(timeOf((index + 1) * step), wh, 'Sample.Clock');
    });
  const timeOf = (minute: number): string => new Date(Date.parse(at('10:00')) + minute * 60_000).toISOString();
  const said = (minute: number, detail: string) =>
    available(timeOf(minute), { status: 'Occupied', detail, messageId: `${detail} ${minute}` });
  const finalOf = (step: number, end: number, ...words: Parameters<Play['each']>) => {
    const told = byClock(step, end).map(reading);
    const events = [started(timeOf(5), 0), said(6, 'Charging'), ...told, ...words, ended(timeOf(end), 0)];
    const [final] = new Play(at('13:00'))
      .each(...events)
      .after(900)
      .of('session-finalized');
    const { flags, periods } = final as { flags: string[]; periods: { kind: string }[] };
    return { isShown: flags.includes('end-unsaid'), isParking: periods.some(({ kind }) => kind === 'parking') };
  };

  it.each([
    [15, 59],
    [30, 59],
    [60, 119],
  ])('is shown where they are of %i minutes, and that time is no parking', (step, end) => {
    expect(finalOf(step, end)).toEqual({ isShown: true, isParking: false });
  });

  it('is shown where its car takes nothing any more, but did for long', () => {
    expect(finalOf(30, 59, said(58, 'SuspendedEV'))).toEqual({ isShown: true, isParking: true });
    expect(finalOf(30, 59, said(31, 'SuspendedEV'), said(40, 'Charging'))).toEqual({ isShown: true, isParking: true });
  });

  it('is not where little can have flowed, by the time or by the word of the station', () => {
    expect(finalOf(15, 47)).toEqual({ isShown: false, isParking: false });
    expect(finalOf(30, 59, said(31, 'SuspendedEV'))).toEqual({ isShown: false, isParking: true });
  });
});
