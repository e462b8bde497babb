import { describe, expect, it } from '@jest/globals';
import type { SampledValue } from '@chargemesh/contracts';
import { at, ended, register, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { idleAfterMs } from './idle.js';

const play = () => new Play(at('12:00'));
const idleSince = (story: Play) => story.of('session-updated').map((data) => data['idleSince']);

describe('a running session tells since when it idles', () => {
  it('by the word of the station, and that it charges again', () => {
    const story = play().each(
      started(at('10:00'), 0, { chargingState: 'EVConnected' }),
      updated(at('10:05'), 100, { chargingState: 'Charging' }),
      updated(at('10:10'), null, { chargingState: 'SuspendedEV' }),
      updated(at('10:15'), 100, { chargingState: 'SuspendedEV' }),
      updated(at('10:20'), null, { chargingState: 'Charging' }),
    );
    expect(idleSince(story)).toEqual([undefined, at('10:10'), undefined]);
    expect(story.of('session-updated').map((data) => data['at'])).toEqual([at('10:05'), at('10:10'), at('10:20')]);
  });

  it('not before it has ever charged, and also while the station holds power back', () => {
    const story = play().each(
      started(at('10:00'), 0, { chargingState: 'EVConnected' }),
      updated(at('10:05'), null, { chargingState: 'SuspendedEV' }),
      updated(at('10:10'), 100, { chargingState: 'Charging' }),
      updated(at('10:20'), null, { chargingState: 'SuspendedEVSE' }),
    );
    expect(idleSince(story)).toEqual([undefined, at('10:10')]);
  });

  it('of a station that never speaks of it, once nothing has flowed for long enough', () => {
    const story = play().each(
      started(at('10:00'), 0),
      updated(at('10:10'), 500),
      updated(at('10:14'), 500),
      updated(at('10:15'), 500),
      updated(at('10:30'), 500),
      updated(at('10:40'), 601),
    );
    expect(idleSince(story)).toEqual([undefined, at('10:10'), undefined]);
  });

  it.each<[string, (step: number) => SampledValue]>([
    ['the register of that', (step) => ({ measurand: 'Energy.Active.Export.Register', value: step * 300, unit: 'Wh' })],
    ['its power', () => ({ measurand: 'Power.Active.Export', value: 4_000, unit: 'W' })],
    ['less than nothing that it takes', () => ({ measurand: 'Power.Active.Import', value: -4_000, unit: 'W' })],
  ])('not while the car gives energy back, as is told by %s', (_, said) => {
    const times = ['10:10', '10:15', '10:20', '10:25', '10:30', '10:35'];
    const reads = times.map((time, step) => {
      const read = register(at(time), 500);
      return updated(at(time), 0, { samples: [{ ...read, values: [...read.values, said(step)] }] });
    });
    expect(idleSince(play().each(started(at('10:00'), 0), ...reads)).filter(Boolean)).toEqual([]);
    const suspended = reads.map((read) => ({ ...read, data: { ...read.data, chargingState: 'SuspendedEV' as const } }));
    expect(
      play()
        .each(started(at('10:00'), 0), ...suspended)
        .session().idleSince,
    ).toBeNull();
  });

  it('of a station that never speaks of it, while no more than a trickle flows, as its bill does', () => {
    const story = play().each(
      started(at('10:00'), 0),
      updated(at('10:10'), 5_000),
      updated(at('10:20'), 5_010),
      updated(at('10:30'), 5_026),
      ended(at('10:40'), 5_036),
    );
    expect(story.session().idleSince).toEqual(new Date(at('10:10')));
    expect(story.after(5).of('session-finalized')).toMatchObject([
      {
        periods: [
          { kind: 'charging', endedAt: at('10:10') },
          { kind: 'parking' },
          { kind: 'parking' },
          { kind: 'parking' },
        ],
      },
    ]);
  });

  it('of a station that says Charging all the while, once nothing has flowed for long enough', () => {
    const charging = { chargingState: 'Charging' as const };
    const story = play().each(
      started(at('10:00'), 0, charging),
      updated(at('10:10'), 500, charging),
      updated(at('10:14'), 500, charging),
      updated(at('10:15'), 500, charging),
      updated(at('10:30'), 500, charging),
      updated(at('10:40'), 601, charging),
    );
    expect(idleSince(story)).toEqual([undefined, at('10:10'), undefined]);
    story.each(ended(at('10:50'), 700)).after(5);
    expect(story.of('session-finalized')).toMatchObject([
      { periods: [{}, ...Array(3).fill({ kind: 'parking' }), { kind: 'charging' }, { kind: 'charging' }] },
    ]);
  });

  it('from when the register stood still, where the word that it takes nothing comes long after', () => {
    const story = play().each(
      started(at('10:00'), 3, { chargingState: 'Charging' }),
      updated(at('10:10'), 503),
      updated(at('10:20'), 503, { chargingState: 'SuspendedEV' }),
    );
    expect(story.session().idleSince).toEqual(new Date(at('10:10')));
  });

  it('not at once where the station says that it charges again', () => {
    const story = play().each(
      started(at('10:00'), 0, { chargingState: 'Charging' }),
      updated(at('10:10'), 500, { chargingState: 'SuspendedEV' }),
      updated(at('10:30'), 500, { chargingState: 'Charging' }),
      updated(at('10:33'), 500, { chargingState: 'Charging' }),
    );
    expect(story.session().idleSince).toBeNull();
    story.each(updated(at('10:36'), 500, { chargingState: 'Charging' }));
    expect(story.session().idleSince).toEqual(new Date(at('10:30')));
  });

  it('from the sample that rose, when several come at once', () => {
    const samples = [register(at('10:02'), 200), register(at('10:04'), 200), register(at('10:09'), 200)];
    const story = play().each(started(at('10:00'), 0), updated(at('10:09'), null, { samples }));
    expect(idleSince(story)).toEqual([at('10:02')]);
  });

  it('and an older word does not change what a newer one said', () => {
    const story = play().each(
      started(at('10:00'), 0, { chargingState: 'Charging' }),
      updated(at('10:10'), 300, { chargingState: 'SuspendedEV' }),
      updated(at('10:08'), 250, { chargingState: 'Charging' }),
    );
    expect(story.session().idleSince).toEqual(new Date(at('10:10')));
  });

  it('until the register rises, though the word that it charges again is lost', () => {
    const story = play().each(
      started(at('10:00'), 0, { chargingState: 'Charging' }),
      updated(at('10:10'), 2_000, { chargingState: 'SuspendedEV' }),
      updated(at('10:20'), 2_000),
      updated(at('10:30'), 4_000),
    );
    expect(idleSince(story)).toEqual([at('10:10'), undefined]);
  });
});

it.each([
  ['at once after its time by a fine one', 1, 100, 300],
  ['after an hour by one of 0.1 kWh steps', 100, 100, 3_600],
  ['sooner where more counts as a trickle', 100, 400, 900],
  ['also where nothing at all may flow', 1, 0, 300],
])('a register shows that nothing flows %s', (_, resolutionWh, powerW, seconds) => {
  expect(idleAfterMs({ afterS: 300, powerW }, resolutionWh)).toBe(seconds * 1_000);
});
