import { describe, expect, it } from '@jest/globals';
import type { MeterSample, StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { DEFAULT_BELIEFS } from './limit.js';
import { OPERATOR_ID, at, ended, interval, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { referenceData } from '../testing/reference-data.js';

const DOUBTFUL = ['intervals-doubtful', 'intervals-summed'];
const CERTAIN = ['intervals-summed'];
const CLOCK = 'Sample.Clock';

/** What becomes of a session of an hour whose station says no register, in any order. */
function outcomeOf(samples: readonly MeterSample[], believedWh = DEFAULT_BELIEFS.energyWh) {
  const beliefs = new Map([[OPERATOR_ID, { ...DEFAULT_BELIEFS, energyWh: believedWh }]]);
  const facts = samples.map((sample, index) => updated(sample.at, null, { samples: [sample], digest: `${index}` }));
  const outcomes = [1, 2, 3].map((seed) => {
    const story = new Play(at('12:00'), referenceData(), [], beliefs);
    story.each(started(at('10:00'), 0, { samples: [] }), ...shuffled(facts, random(seed)), ended(at('11:00'), null));
    const { energyWh, flags } = story.after(5).session();
    // That they end before their session is no matter here.
    return { energyWh, flags: flags.filter((flag) => flag !== 'end-unsaid') };
  });
  expect(outcomes).toEqual(outcomes.map(() => outcomes[0]));
  return outcomes[0];
}

/** As a station has it that keeps milliseconds. */
const exact = (time: string, ms: number): string => at(time).replace('.000Z', `.${String(ms).padStart(3, '0')}Z`);
const own = [500, 500, 480].map((wh, index) => interval(exact(`10:${15 * (index + 1)}:07`, 123 + index), wh));
const retold = (ms: number): MeterSample[] =>
  own.map(({ at: time, values }) => ({ at: new Date(Date.parse(time) + ms).toISOString(), values }));
const cut = (count = 3): MeterSample[] => own.slice(0, count).map((one) => ({ ...one, at: `${one.at.slice(0, 19)}Z` }));

describe('intervals that are told again', () => {
  it.each<[string, MeterSample[], number, string[]]>([
    ['count once by a store that keeps whole seconds', cut(), 1_480, CERTAIN],
    ['count once where some of them are told again', cut(1), 1_480, CERTAIN],
    ['count once by two ways of telling, in doubt', retold(1_000), 1_480, DOUBTFUL],
    ['are others where they are not as much', [interval(at('10:15:08'), 9)], 1_489, CERTAIN],
    ['are others where they can have flowed since', [interval(at('10:25'), 500)], 1_980, CERTAIN],
    ['are nothing where nothing flowed', [interval(at('10:50'), 0), interval(at('10:50:01'), 0)], 1_480, CERTAIN],
  ])('%s', (_, more, energyWh, flags) => {
    expect(outcomeOf([...own, ...more])).toEqual({ energyWh, flags });
  });

  it('count once by two ways of telling that are a tenth of an interval apart', () => {
    const tellings = ['10:00:50', '10:00:55', '10:01:40', '10:01:45', '10:02:30', '10:02:35'];
    expect(outcomeOf(tellings.map((time) => interval(at(time), 400)))).toEqual({ energyWh: 1_200, flags: DOUBTFUL });
  });

  it('count once, and are in no doubt, where they come in pulses and the last one is short', () => {
    const minutes = Array.from({ length: 59 }, (_, index) => {
      return interval(at(`10:${String(index + 1).padStart(2, '0')}`), 100);
    });
    const samples = [...minutes, interval(at('10:59:06'), 100)];
    expect(outcomeOf(samples)).toEqual({ energyWh: 5_900, flags: CERTAIN });
  });

  it('are in doubt where the clock stood still, so that all is of the moment of the start', () => {
    const start = started(at('10:00'), 0, { samples: [], seqNo: 0 });
    const said = [200, 200, 250].map((wh, index) =>
      updated(at('10:00'), null, { samples: [interval(at('10:00'), wh)], seqNo: index + 1, digest: `${index}` }),
    );
    const end = (time: string, wh: number) =>
      ended(at(time), null, { samples: [interval(at(time), wh)], seqNo: 4, receivedAt: at('10:40') });
    const flagsOf = (...facts: StationEvent[]) =>
      new Play(at('12:00'))
        .each(...facts)
        .after(5)
        .session().flags;
    expect(flagsOf(start, ...said, end('10:00', 100))).toContain('intervals-doubtful');
    expect(flagsOf(start, ...said, end('10:30', 100))).not.toContain('intervals-doubtful');
    expect(flagsOf(start, end('10:00', 0))).not.toContain('intervals-doubtful');
  });

  it('lose no more than one where a station without a clock tells all of them at once', () => {
    const all = Array.from({ length: 10 }, (_, index) => interval(at(`10:45:0${index}`), 300));
    expect(outcomeOf(all)).toEqual({ energyWh: 2_700, flags: DOUBTFUL });
  });

  it('are never in doubt where a station tells each once, however often and with what delay', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const next = random(seed);
      const stepMs = 10_000 + next() * 900_000;
      const [all, wattage] = [[] as MeterSample[], 11_000 * next()];
      let [atMs, wh] = [Date.parse(at('10:00')), 0];
      while (atMs + stepMs < Date.parse(at('10:58'))) {
        const ms = stepMs + (next() - 0.5) * Math.min(5_000, stepMs / 4);
        atMs += ms;
        all.push(interval(new Date(Math.round(atMs)).toISOString(), Math.round((wattage * ms) / 3_600_000)));
        wh += all.at(-1)?.values[0]?.value ?? 0;
      }
      if (all.length > 0) expect({ seed, ...outcomeOf(all) }).toEqual({ seed, energyWh: wh, flags: CERTAIN });
    }
  });

  it('are believed of a simulator in a hurry', () => {
    const all = Array.from({ length: 10 }, (_, index) => interval(at(`10:0${index}:10`), 2_000));
    expect(outcomeOf(all, 100_000)).toEqual({ energyWh: 20_000, flags: CERTAIN });
  });
});

describe('the first interval after the start', () => {
  const rest = [interval(at('10:15'), 3_000, CLOCK), interval(at('10:30'), 3_000, CLOCK)];

  it.each<[string, MeterSample, number, string[]]>([
    ['counts for what may have flowed since', interval(at('10:00:05'), 2_000, CLOCK), 7_000, DOUBTFUL],
    ['counts whole where that may have flowed since', interval(at('10:05'), 2_000, CLOCK), 8_000, CERTAIN],
    ['counts for what is believed', interval(at('10:00:05'), 900, CLOCK), 6_900, CERTAIN],
  ])('%s', (_, first, energyWh, flags) => {
    expect(outcomeOf([first, ...rest])).toEqual({ energyWh, flags });
  });

  it('is the doubt of a later one as well that cannot have flowed since the one before', () => {
    const own = [interval(at('10:15'), 2_000), interval(at('10:30'), 2_000), interval(at('10:30:02'), 4_000)];
    expect(outcomeOf(own)).toEqual({ energyWh: 8_000, flags: DOUBTFUL });
  });
});
