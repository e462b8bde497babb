import { describe, expect, it } from '@jest/globals';
import type { MeterSample } from '@chargemesh/contracts';
import { at, ended, register, started, updated, values } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { reviewOf } from '../transactions/to-review.js';

const LOOK = { now: new Date(at('13:00')), silentAfterS: 86_400 };
const REGISTER = 'Energy.Active.Import.Register';
const unread = (time: string, written: string, context: string): MeterSample => ({
  at: at(time),
  values: [],
  unread: [{ measurand: REGISTER, written, context }],
});
const counted = (time: string, value: number, context: string, unit = 'Wh') =>
  values(at(time), { measurand: REGISTER, value, unit, context });

const READ = updated(at('10:30'), 2_000);
const played = (begin: MeterSample[], end: MeterSample[]) =>
  new Play(at('12:00'))
    .each(started(at('10:00'), 0, { samples: begin }), READ, ended(at('11:00'), 0, { samples: end }))
    .after(5);
const [BEGIN, END] = ['Transaction.Begin', 'Transaction.End'];

/** A register as a station says it that nobody can read. */
const WAYS: [string, (time: string, context: string) => MeterSample][] = [
  ['no number', (time, context) => unread(time, 'NaN', context)],
  ['several numbers', (time, context) => unread(time, '5,000', context)],
  ['no value', (time, context) => unread(time, '[{"value":null}]', context)],
  ['of no purpose', (time) => unread(time, '[true]', 'Sample.Periodic')],
  ['in an unknown unit', (time, context) => counted(time, 5, context, 'kW.h')],
  ['below nothing', (time, context) => counted(time, -7.5, context)],
  ['beyond all meters', (time, context) => counted(time, 1e300, context)],
];

describe('a register that nobody can read', () => {
  it.each(WAYS)('at the end, %s: the session is held, with what was said', (_, said) => {
    const story = played([register(at('10:00'), 1_000, BEGIN)], [said('11:00', END)]);
    const session = story.session();
    expect(session).toMatchObject({ status: 'held', hold: { reasons: ['end-not-read'] } });
    expect(reviewOf(session, LOOK)?.reasons).toEqual(expect.arrayContaining(['end-not-read', 'end-unreadable']));
    story.decide({ bill: 'value', energyWh: 4_000 });
    expect(story.of('session-finalized')).toMatchObject([{ energyWh: 4_000 }]);
  });

  it.each(WAYS)('at the begin, %s: the session is held', (_, said) => {
    const story = played([said('10:00', BEGIN)], [register(at('11:00'), 5_000, END)]);
    expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['begin-not-read'] } });
  });

  it.each(WAYS)('%s, which is said once more so that it can be read, is shown and billed', (_, said) => {
    const story = played(
      [register(at('10:00'), 1_000, BEGIN)],
      [said('11:00', END), register(at('11:00'), 5_000, END)],
    );
    const session = story.session();
    expect(session).toMatchObject({ status: 'finalized', energyWh: 4_000 });
    expect(reviewOf(session, LOOK)?.reasons).toContain('end-unreadable');
  });

  it('is billed by time where a station has no meter', () => {
    const story = new Play(at('12:00'))
      .each(
        started(at('10:00'), 0, { samples: [unread('10:00', 'NaN', BEGIN)] }),
        ended(at('11:00'), 0, { samples: [unread('11:00', 'NaN', END)] }),
      )
      .after(5);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 0 });
  });
});

describe('a register that was said at one side only', () => {
  it.each([
    ['end', [register(at('10:00'), 1_000, BEGIN)], [], 1_000, ['end-unsaid']],
    ['begin', [], [register(at('11:00'), 5_000, END)], 3_000, ['begin-unsaid']],
    ['name of the end', [register(at('10:00'), 1_000, BEGIN)], [register(at('11:00'), 5_000)], 4_000, []],
    ['name of the begin', [register(at('10:00'), 1_000)], [register(at('11:00'), 5_000, END)], 4_000, []],
  ])('without its %s: what is inferred is billed and shown', (_, begin, end, energyWh, reasons) => {
    const session = played(begin, end).session();
    expect(session).toMatchObject({ status: 'finalized', energyWh });
    expect(reviewOf(session, LOOK)?.reasons ?? []).toEqual(reasons);
  });
});
