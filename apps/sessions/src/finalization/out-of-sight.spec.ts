import { describe, expect, it } from '@jest/globals';
import type { SampledValue, StationEvent } from '@chargemesh/contracts';
import { at, available, booted, ended, started, updated, values } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { reviewOf } from '../transactions/to-review.js';

const before = [booted(at('07:00')), available(at('07:01'))];

function outcomeOf(...events: StationEvent[]) {
  const play = new Play(at('20:00')).each(...before, ...events).after(2_000);
  const session = play.session();
  const review = reviewOf(session, { now: new Date(at('21:00')), silentAfterS: 86_400 })?.reasons ?? [];
  return { status: session.status, energyWh: session.energyWh, endedAt: session.endedAt?.toISOString(), review };
}

describe('energy that nobody read', () => {
  it('is said where a stop was lost hours after the last reading', () => {
    const lost = outcomeOf(started(at('08:00'), 1_000), updated(at('08:10'), 3_000), available(at('11:00')));
    expect(lost).toMatchObject({ energyWh: 2_000, review: ['end-unsaid'] });
    const soon = outcomeOf(started(at('08:00'), 1_000), updated(at('08:40'), 3_000), available(at('09:00')));
    expect(soon).toMatchObject({ energyWh: 2_000, review: [] });
  });

  it('is said where neither begin nor end are named, and it was first read after hours', () => {
    const start = started(at('08:00'), 0, { samples: [] });
    const read = [updated(at('10:00'), 3_000), updated(at('10:30'), 9_000)];
    expect(outcomeOf(start, ...read, ended(at('10:31'), null)).review).toEqual(['begin-unsaid']);
  });
});

it('bills the lower of two last readings of one second, and says so', () => {
  const last = [updated(at('09:00'), 5_000), updated(at('09:00'), 9_000, { digest: 'other' })];
  for (const readings of [last, last.toReversed()]) {
    const events = [started(at('08:00'), 1_000), updated(at('08:30'), 3_000), ...readings, available(at('09:01'))];
    expect(outcomeOf(...events)).toMatchObject({ energyWh: 4_000, review: ['register-ambiguous'] });
  }
});

describe('a register that stands still while another one rises', () => {
  const said = (context: string, total: number, other: number, place: Partial<SampledValue>[]) => {
    const register = { measurand: 'Energy.Active.Import.Register', unit: 'Wh', context };
    const others = place.map((where): SampledValue => ({ ...register, value: other / place.length, ...where }));
    return [{ ...register, value: total }, ...others];
  };
  const phases = [{ phase: 'L1' }, { phase: 'L2' }, { phase: 'L3' }] as Partial<SampledValue>[];
  const story = (place: Partial<SampledValue>[], rise: number) => [
    started(at('08:00'), 0, { samples: [values(at('08:00'), ...said('Transaction.Begin', 7, 3_000, place))] }),
    ended(at('09:00'), 0, { samples: [values(at('09:00'), ...said('Transaction.End', 7, 3_000 + rise, place))] }),
  ];

  it('gives way to the sum of its phases', () => {
    expect(outcomeOf(...story(phases, 9_000))).toMatchObject({ energyWh: 9_000, review: ['register-stands'] });
  });

  it('is held where that is another meter', () => {
    const inlet: Partial<SampledValue>[] = [{ location: 'Inlet' }];
    expect(outcomeOf(...story(inlet, 10_000))).toMatchObject({ status: 'held', review: ['registers-mixed'] });
    expect(outcomeOf(...story(inlet, 20))).toMatchObject({ status: 'finalized', energyWh: 0, review: [] });
  });
});
