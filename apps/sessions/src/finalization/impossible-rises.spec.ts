import { describe, expect, it } from '@jest/globals';
import type { EvseDevice, StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { OPERATOR_ID, at, available, booted, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { evse, referenceData } from '../testing/reference-data.js';
import { reviewOf } from '../transactions/to-review.js';
import { DEFAULT_BELIEFS } from './limit.js';

type Connector = EvseDevice['connectors'][number];

/** What was read and when. */
type Read = readonly [time: string, wh: number];
const readings = (...read: Read[]): StationEvent[] => read.map(([time, wh]) => updated(at(time), wh));
const all = (time: string, ...events: StationEvent[]): StationEvent[] =>
  events.map((event) => ({ ...event, data: { ...event.data, receivedAt: at(time) } }) as StationEvent);

const FAST = referenceData([
  { ...evse(1), connectors: [{ ...(evse(1).connectors[0] as Connector), maxPowerW: 350_000 }] },
]);

/** What is billed of a night at 22 kW, and why it is shown; the same in any order. */
function outcomeOf(events: readonly StationEvent[], beliefs = DEFAULT_BELIEFS, around = referenceData()) {
  const outcomes = Array.from({ length: 4 }, (_, seed) => {
    const play = new Play(at('20:00'), around, [], new Map([[OPERATOR_ID, beliefs]])).each(
      ...[booted(at('00:00')), available(at('00:01'))],
      ...(seed === 0 ? events : shuffled(events, random(seed))),
    );
    const session = play.after(2_000).session();
    const review = reviewOf(session, { now: new Date(at('21:00')), silentAfterS: 86_400 })?.reasons ?? [];
    return { billed: session.status === 'held' ? 'held' : session.energyWh, review };
  });
  expect(outcomes).toEqual(outcomes.map(() => outcomes[0]));
  return outcomes[0];
}

const shown = (billed: number) => ({ billed, review: ['register-ambiguous'] });
const plain = (billed: number) => ({ billed, review: [] });
const night: Read[] = [
  ['02:00', 60_200],
  ['03:00', 60_400],
  ['05:00', 60_500],
];

describe('a rise that the connector cannot have delivered', () => {
  it.each<[string, StationEvent[], number]>([
    [
      'from a begin of 0 before the meter was read',
      [started(at('01:00'), 0), ...readings(['01:00:01', 60_000], ...night), ended(at('06:00'), 60_600)],
      600,
    ],
    [
      'from that to a reading in the same second',
      [started(at('01:00'), 0), ...readings(['01:00', 60_000], ...night), ended(at('06:00'), 60_600)],
      600,
    ],
    [
      'from zeros for a while',
      [
        started(at('01:00'), 0),
        ...readings(['01:00:30', 0], ['01:10', 0], ['01:20', 60_000], ...night),
        ended(at('06:00'), 60_600),
      ],
      600,
    ],
    [
      'from a begin that is wrong otherwise',
      [started(at('01:00'), 17_000), ...readings(['01:01', 60_000], ...night), ended(at('06:00'), 60_600)],
      600,
    ],
    [
      'from a begin of 0 to a single reading',
      [started(at('01:00'), 0), ...readings(['01:00:10', 60_000]), ended(at('06:00'), 60_600)],
      600,
    ],
    [
      'from a begin of 0, where the register drops out later',
      [
        started(at('01:00'), 0),
        ...readings(['01:00:01', 60_000], ['01:15', 60_100], ['01:30', 0], ...night),
        ended(at('06:00'), 60_600),
      ],
      600,
    ],
    [
      'from a begin of 0, where the stop is lost',
      [started(at('01:00'), 0), ...readings(['01:00:01', 60_000], ...night), available(at('05:00:10'))],
      500,
    ],
    [
      'from a reading at the start of 0, where nobody names the begin',
      [
        started(at('01:00'), 0, { samples: [] }),
        ...readings(['01:00:02', 0], ['01:00:10', 60_000], ...night),
        ended(at('06:00'), 60_600),
      ],
      600,
    ],
    [
      'to a spike at the end',
      [started(at('01:00'), 60_000), ...readings(...night, ['05:59:59', 60_600]), ended(at('06:00'), 121_000)],
      600,
    ],
    [
      'to a spike at the end of a car that is full',
      [
        started(at('01:00'), 60_000),
        ...readings(...night, ['05:20', 60_600], ['05:40', 60_600], ['05:59', 60_600]),
        ended(at('06:00'), 121_000),
      ],
      600,
    ],
    [
      'to a spike that is read and named',
      [
        started(at('01:00'), 60_000),
        ...readings(...night, ['05:59', 60_600], ['06:00', 121_000]),
        ended(at('06:00'), 121_000),
      ],
      600,
    ],
    [
      'at both ends',
      [
        started(at('01:00'), 0),
        ...readings(['01:00:01', 60_000], ...night, ['05:59:59', 60_600]),
        ended(at('06:00'), 121_000),
      ],
      600,
    ],
    [
      'to another register within',
      [
        started(at('01:00'), 0),
        ...readings(['01:15', 100], ['01:30', 200], ['01:40', 60_000], ...night),
        ended(at('06:00'), 60_600),
      ],
      800,
    ],
    [
      'in an offline queue',
      all('07:00', started(at('01:00'), 0), ...readings(['01:00:01', 60_000], ...night), ended(at('06:00'), 60_600)),
      600,
    ],
  ])('%s, is not billed and shown', (_, events, billed) => {
    expect(outcomeOf(events)).toEqual(shown(billed));
  });

  it('is believed as far as its operator does', () => {
    const events = [started(at('01:00'), 0), ...readings(['01:00:01', 60_000], ...night), ended(at('06:00'), 60_600)];
    expect(outcomeOf(events, { energyWh: 100_000, powerFactor: 2 })).toEqual(plain(60_600));
    const fast = [
      started(at('01:00'), 1_000),
      ...readings(['01:15', 6_000], ['01:16', 9_000]),
      ended(at('01:20'), 9_500),
    ];
    expect(outcomeOf(fast)).toEqual(shown(5_500));
    expect(outcomeOf(fast, { energyWh: 1_000, powerFactor: 10 })).toEqual(plain(8_500));
  });

  it.each<[string, StationEvent[], number]>([
    [
      'where the register counts the session',
      [started(at('01:00'), 0), ...readings(['01:15', 5_400], ['01:30', 10_900]), ended(at('02:00'), 21_900)],
      21_900,
    ],
    [
      'after hours without a reading',
      [started(at('01:00'), 0), ...readings(['01:01', 300], ['05:00', 60_000]), ended(at('05:01'), 60_300)],
      60_300,
    ],
    [
      'where all that was read stands at the begin',
      [started(at('01:00'), 1_000), ...readings(['01:30', 1_000], ['02:59:59', 1_000]), ended(at('03:00'), 30_000)],
      29_000,
    ],
    [
      'where only the readings are of another register',
      [
        started(at('01:00'), 500_000),
        ...readings(['01:10', 900_000], ['01:20', 501_000], ['01:30', 901_000]),
        ended(at('02:00'), 506_000),
      ],
      6_000,
    ],
    [
      'where readings drop out',
      [
        started(at('01:00'), 900_000),
        ...readings(['01:15', 0], ['01:30', 905_000], ['01:59', 0]),
        ended(at('02:00'), 920_000),
      ],
      20_000,
    ],
    [
      'of a reading in the second of the start, or of the end',
      [started(at('01:00'), 1_000), ...readings(['01:00', 4_500], ['02:00', 5_000]), ended(at('02:00'), 9_000)],
      8_000,
    ],
    [
      'of readings that are stamped when their queue was sent',
      [
        started(at('01:00'), 1_000),
        ...all('02:00:03', ...readings(['02:00', 5_000], ['02:00:01', 9_000], ['02:00:02', 14_000])),
        ended(at('02:00:03'), 19_000),
      ],
      18_000,
    ],
    [
      'of a reading that is stamped late, among others that are not',
      [
        started(at('01:00'), 1_000),
        ...readings(['01:15', 6_300], ['01:44:59', 11_800], ['01:45', 17_300]),
        ended(at('02:00'), 22_800),
      ],
      21_800,
    ],
    [
      'by readings of another zone',
      [
        started(at('01:00'), 1_000),
        ...readings(['02:15', 6_000], ['02:30', 11_000], ['02:45', 16_000], ['03:00', 21_000]).map(
          (event) => ({ ...event, data: { ...event.data, receivedAt: at('03:10') } }) as StationEvent,
        ),
        ended(at('02:20'), 26_000, { receivedAt: at('03:10') }),
      ],
      25_000,
    ],
  ])('is none %s', (_, events, billed) => {
    expect(outcomeOf(events)).toEqual(plain(billed));
  });

  it('is none by a fast connector whose clock was set back by minutes meanwhile, as arrivals tell', () => {
    const events = (backMs: number) => [
      started(at('01:00'), 100_000),
      ...readings(['01:05', 129_000], ['01:10', 158_000], ['01:11', 181_000]),
      ended(at('01:16'), 210_000, { receivedAt: new Date(Date.parse(at('01:16')) + backMs).toISOString() }),
    ];
    expect(outcomeOf(events(240_000), DEFAULT_BELIEFS, FAST)).toEqual(plain(110_000));
    expect(outcomeOf(events(0), DEFAULT_BELIEFS, FAST)).toEqual(shown(87_000));
  });

  it('is none of a session whose connector is said to have far less power than it has', () => {
    const fast = Array.from({ length: 8 }, (_, index): Read => [`01:0${index + 1}`, 1_000 + 3_500 * (index + 1)]);
    const long: Read[] = [
      ['03:00', 29_000],
      ['05:00', 29_000],
    ];
    const events = [started(at('01:00'), 1_000), ...readings(...fast, ...long), ended(at('06:00'), 29_000)];
    expect(outcomeOf(events)).toEqual(plain(28_000));
  });
});

describe('the energy that is shown while a session runs', () => {
  const shownOf = (...events: StationEvent[]): number[] => {
    const play = new Play(at('20:00')).each(...[booted(at('00:00')), available(at('00:01'))]);
    return events.map((event) => play.each(event).session().energyWh);
  };
  const end = ended(at('06:00'), 60_600);

  it.each<[string, StationEvent[], number]>([
    ['a begin of 0', [started(at('01:00'), 0), ...readings(['01:00:01', 60_000], ...night), end], 600],
    [
      'a begin of 0 and a reading in its second',
      [started(at('01:00'), 0), ...readings(['01:00', 60_000], ...night), end],
      600,
    ],
    ['a begin that is wrong', [started(at('01:00'), 17_000), ...readings(['01:01', 60_000], ...night), end], 600],
    ['a dropout', [started(at('01:00'), 60_000), ...readings(...night, ['05:10', 0], ['05:20', 60_550]), end], 600],
    [
      'a spike that comes back',
      [started(at('01:00'), 60_000), ...readings(...night, ['05:00:10', 120_000], ['05:20', 60_550]), end],
      600,
    ],
    [
      'a spike at the end',
      [started(at('01:00'), 60_000), ...readings(...night, ['05:59:50', 60_590]), ended(at('06:00'), 140_000)],
      590,
    ],
  ])('is no more than what is billed, after %s', (_, events, billed) => {
    const shownWh = shownOf(...events);
    expect(shownWh.at(-1)).toBe(billed);
    expect(Math.max(...shownWh)).toBe(billed);
  });

  it('is that of the bill in the end, whatever rose', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const next = random(seed);
      let [wh, minute] = [Math.round(next() * 1e5), 60];
      const stamp = (): string => at(`0${Math.floor(minute / 60)}:${String(Math.floor(minute % 60)).padStart(2, '0')}`);
      const begin = next() < 0.3 ? 0 : wh;
      const events: StationEvent[] = [started(stamp(), begin)];
      while ((minute += 5 + Math.floor(next() * 40)) < 400) {
        wh += Math.round(next() * 5_000);
        const said = next() < 0.1 ? wh + 60_000 : begin > 0 && next() < 0.05 ? 0 : wh;
        events.push(updated(stamp(), said));
      }
      events.push(ended(stamp(), next() < 0.1 ? wh + 60_000 : wh));
      const play = new Play(at('20:00')).each(...[booted(at('00:00')), available(at('00:01'))], ...events);
      const shownWh = play.session().energyWh;
      const { status, energyWh } = play.after(2_000).session();
      if (status === 'finalized') expect({ seed, shownWh }).toEqual({ seed, shownWh: energyWh });
    }
  });
});
