import { describe, expect, it } from '@jest/globals';
import type { MeterSample, SampledValue } from '@chargemesh/contracts';
import { at, available, booted, ended, readings, register, started, updated, values } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { evse, referenceData } from '../testing/reference-data.js';
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

const said = (time: string, context: string, ...ways: Partial<SampledValue>[]) =>
  values(at(time), ...ways.map((way) => ({ measurand: REGISTER, value: 2_000, unit: 'Wh', context, ...way })));

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
  ['where a counter of 31 bits stops', (time, context) => counted(time, 2_147_483_647, context)],
  ['where one of 32 bits in kWh stops', (time, context) => counted(time, 4_294_967_295_000, context)],
];

/** Beside a register they are nothing to look at. */
const UNUSED: typeof WAYS = [
  ['between two phases', (time, context) => said(time, context, { phase: 'L1-L2' }, { phase: 'L2-L3' })],
  ['of the neutral', (time, context) => said(time, context, { phase: 'N' })],
  ['of the car alone', (time, context) => said(time, context, { location: 'EV' })],
  ['by another word', (time, context) => said(time, context, { measurand: 'Energy.Active.Import' })],
  ['by half a word', (time, context) => said(time, context, { measurand: 'Energy' })],
  ['by the unit alone', (time, context) => said(time, context, { measurand: 'Meter' })],
];

describe('a register that nobody can read', () => {
  it.each([...WAYS, ...UNUSED])('at the end, %s: the session is held, with what was said', (_, said) => {
    const story = played([register(at('10:00'), 1_000, BEGIN)], [said('11:00', END)]);
    const session = story.session();
    expect(session).toMatchObject({ status: 'held', hold: { reasons: ['end-not-read'] } });
    expect(reviewOf(session, LOOK)?.reasons).toEqual(expect.arrayContaining(['end-not-read', 'end-unreadable']));
    story.decide({ bill: 'value', energyWh: 4_000 });
    expect(story.of('session-finalized')).toMatchObject([{ energyWh: 4_000 }]);
  });

  it.each([...WAYS, ...UNUSED])('at the begin, %s: the session is held', (_, said) => {
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
  it('is so where the message of the end only says the begin once more', () => {
    const begin = (time: string) => counted(time, 1_000, BEGIN);
    const story = new Play(at('12:00')).each(
      started(at('10:00'), 0, { samples: [begin('10:00')] }),
      updated(at('10:10'), 2_000),
      ended(at('11:00'), 0, { samples: [begin('11:00')] }),
    );
    const session = story.after(600).session();
    expect([session.energyWh, reviewOf(session, LOOK)?.reasons]).toEqual([1_000, ['end-unsaid']]);
  });

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

describe('energy that was told, and makes no register', () => {
  const by = (time: string, context: string, wh: number, way: Partial<SampledValue>) =>
    said(time, context, { value: wh, ...way });
  const outcome = (begin: MeterSample[], read: MeterSample[], end: MeterSample[]) => {
    const session = new Play(at('12:00'))
      .each(
        started(at('10:00'), 0, { samples: begin }),
        updated(at('10:30'), 0, { samples: read }),
        ended(at('11:00'), 0, { samples: end }),
      )
      .after(5)
      .session();
    return { status: session.status, energyWh: session.energyWh, review: reviewOf(session, LOOK)?.reasons ?? [] };
  };
  const PERIODIC = 'Sample.Periodic';

  it.each<[string, Partial<SampledValue>]>([
    ['of phases to each other', { phase: 'L1-L2' }],
    ['by a word that OCPP does not have', { measurand: 'Energy.Active.Import' }],
  ])('holds a session whose begin and end are %s', (_, way) => {
    const held = outcome([by('10:00', BEGIN, 1_000, way)], [], [by('11:00', END, 2_000, way)]);
    const review = ['begin-not-read', 'end-not-read', 'register-unused', 'begin-unreadable', 'end-unreadable'];
    expect(held).toEqual({ status: 'held', energyWh: 0, review: expect.arrayContaining(review) });
  });

  it('is shown where only what is read in between tells of it', () => {
    const review = ['register-unused'];
    const way = { measurand: 'Energy' };
    expect(outcome([], [by('10:30', PERIODIC, 2_000, way)], [])).toEqual({ status: 'finalized', energyWh: 0, review });
  });

  it.each<[string, Partial<SampledValue>]>([
    ['what went back', { measurand: 'Energy.Active.Export.Register' }],
    ['reactive energy', { measurand: 'Energy.Reactive.Import.Register', unit: 'varh' }],
    ['apparent energy', { measurand: 'Energy.Apparent.Import', unit: 'VAh' }],
    ['what the cable lost', { measurand: 'Energy.Active.Import.CableLoss' }],
    ['what the car asks for', { measurand: 'EnergyRequest.Target' }],
    ['what its battery holds', { measurand: 'Display.BatteryEnergyCapacity' }],
    ['power that was offered', { measurand: 'Power.Offered', unit: 'W' }],
  ])('is none of %s', (_, way) => {
    const nothing = outcome([by('10:00', BEGIN, 1_000, way)], [], [by('11:00', END, 2_000, way)]);
    expect(nothing).toEqual({ status: 'finalized', energyWh: 0, review: [] });
  });

  it('is nothing where all of it is 0, as of a station without a meter', () => {
    const way = { measurand: 'Energy' };
    const nothing = outcome([by('10:00', BEGIN, 0, way)], [by('10:30', PERIODIC, 0, way)], [by('11:00', END, 0, way)]);
    expect(nothing).toEqual({ status: 'finalized', energyWh: 0, review: [] });
  });

  it.each<[string, Partial<SampledValue>]>([
    ['phases to each other', { phase: 'L1-L2' }],
    ['a word of its own', { measurand: 'Energy.Session' }],
    ['the figure of the car', { location: 'EV' }],
  ])('is nothing beside a register: %s', (_, way) => {
    const beside = (time: string, context: string, wh: number) =>
      values(at(time), ...register(at(time), wh, context).values, ...said(time, context, way).values);
    const billed = outcome(
      [beside('10:00', BEGIN, 1_000)],
      [beside('10:30', PERIODIC, 1_500), by('10:30', PERIODIC, 700, way)],
      [beside('11:00', END, 2_000)],
    );
    expect(billed).toEqual({ status: 'finalized', energyWh: 1_000, review: [] });
  });

  it('is nothing in a message of its own, once another one tells of a register', () => {
    const session = new Play(at('12:00'))
      .each(
        started(at('10:00'), 1_000),
        updated(at('10:30'), 0, { samples: [by('10:30', PERIODIC, 500, { measurand: 'Energy.Session' })] }),
        ended(at('11:00'), 2_000),
      )
      .after(5)
      .session();
    expect(session).toMatchObject({ status: 'finalized', energyWh: 1_000 });
    expect(reviewOf(session, LOOK)).toBeUndefined();
  });
});

describe('energy in a unit of something else, in readings only', () => {
  const read = [counted('10:20', 4.1, 'Sample.Periodic', 'kW'), counted('10:40', 8.3, 'Sample.Periodic', 'kW')];
  const storyOf = (begin: number, end: number) =>
    new Play(at('12:00'))
      .each(
        started(at('10:00'), begin),
        ...read.map((sample, index) => updated(sample.at, null, { samples: [sample], digest: `${index}` })),
        ended(at('11:00'), end),
      )
      .after(5)
      .session();

  it('is to review where the registers of begin and end are those of a meter that is none', () => {
    expect(reviewOf(storyOf(0, 0), LOOK)?.reasons).toEqual(['register-unused']);
  });

  it('is nothing to look at beside a register', () => {
    expect(reviewOf(storyOf(1_000, 9_300), LOOK)).toBeUndefined();
  });
});

describe('a session without any register', () => {
  const two = { transactionId: '2' };
  const first = [started(at('08:00'), 0, { samples: [], seqNo: 0 }), ended(at('09:00'), null, { seqNo: 1 })];
  const next = (...read: Parameters<Play['each']>) =>
    new Play(at('12:00'))
      .each(...first)
      .after(2_000)
      .each(started(at('10:00'), 0, { ...two, samples: [], seqNo: 0 }), ...read)
      .each(ended(at('11:00'), null, { ...two, seqNo: 1 }))
      .after(2_000)
      .after(0);

  it.each<[string, Parameters<Play['each']>]>([
    ['in its transaction', [updated(at('10:30'), 5_000, two), updated(at('11:00'), 7_000, two)]],
    ['without one', [readings(at('10:01'), 5_000), readings(at('11:00'), 7_000)]],
  ])('is held once the next one at its EVSE is read, %s', (_, read) => {
    const story = next(...read);
    expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['no-end-value'] } });
    expect(story.session('2')).toMatchObject({ status: 'finalized', energyWh: 2_000 });
    const decided = story.decide({ bill: 'value', energyWh: 4_000 }).after(0).session();
    expect(decided).toMatchObject({ status: 'finalized', energyWh: 4_000 });
  });

  it.each<[string, Parameters<Play['each']>]>([
    ['a power cut', [booted(at('12:00')), available(at('12:00:05'))]],
    ['the next start', [started(at('12:00'), 9_000, two), ended(at('13:00'), 12_000, two)]],
  ])('is held where %s took its end and the one before it was read, however little was heard of it', (_, after) => {
    const read = { transactionId: '0' };
    const story = new Play(at('14:00')).each(
      ...[started(at('08:00'), 1_000, read), ended(at('09:00'), 3_000, read), available(at('09:01'))],
      ...[started(at('10:00'), 0, { samples: [] }), updated(at('10:00:10'), null, { chargingState: 'Charging' })],
      ...after,
    );
    expect(story.after(2_000).session()).toMatchObject({ status: 'held', hold: { reasons: ['no-end-value'] } });
  });

  it.each<[string, Parameters<Play['each']>]>([
    ['there is none either', []],
    ['it is 0', [readings(at('10:01'), 0), readings(at('11:00'), 0)]],
  ])('is billed by time where %s in the next one', (_, read) => {
    const story = next(...read);
    expect([story.session().status, story.session('2').status]).toEqual(['finalized', 'finalized']);
    expect(reviewOf(story.session(), LOOK)).toBeUndefined();
  });

  it('is not to review where readings of its EVSE tell of it as they happen', () => {
    const minutes = Array.from({ length: 59 }, (_, index) => `10:${String(index + 1).padStart(2, '0')}`);
    const story = next(...minutes.map((time, index) => readings(at(time), 5_000 + 300 * index)));
    expect(story.session('2')).toMatchObject({ status: 'finalized', energyWh: 58 * 300 });
    expect(reviewOf(story.session('2'), LOOK)).toBeUndefined();
  });
});

describe('an EVSE of which nothing was ever read', () => {
  const unreadSession = (id: string, [from, to]: readonly [string, string]) => [
    started(at(from), 0, { transactionId: id, samples: [], seqNo: 0 }),
    ended(at(to), null, { transactionId: id, seqNo: 1 }),
  ];
  const elsewhere = { transactionId: '9', evseId: 2 };
  const reviewAfter = (...before: Parameters<Play['each']>) => {
    const facts = [...before, ...unreadSession('1', ['09:00', '10:00']), ...unreadSession('2', ['10:10', '11:00'])];
    const story = new Play(at('12:00'), referenceData([evse(1), evse(2)])).each(...facts).after(2_000);
    return ['1', '2'].map((id) => reviewOf(story.session(id), LOOK)?.reasons);
  };

  it('is to review where another one of its station is read', () => {
    const read = [started(at('08:00'), 1_000, elsewhere), ended(at('08:50'), 9_000, elsewhere)];
    expect(reviewAfter(...read)).toEqual([['never-read'], ['never-read']]);
  });

  it('is none where nobody knows of a meter of its station', () => {
    expect(reviewAfter()).toEqual([undefined, undefined]);
    const none = [started(at('08:00'), 0, elsewhere), ended(at('08:50'), 0, elsewhere)];
    expect(reviewAfter(...none)).toEqual([undefined, undefined]);
  });
});

describe('a register of 0 from begin to end', () => {
  const two = { transactionId: '2' };
  const before = [started(at('08:00'), 0), ended(at('09:00'), 9_006)];
  const charging = available(at('09:31'), { status: 'Occupied', detail: 'Charging' });
  const suspended = available(at('09:40'), { status: 'Occupied', detail: 'SuspendedEV' });
  const reviewAfter = (...events: Parameters<Play['each']>) => {
    const story = new Play(at('12:00')).each(...events, ended(at('11:30'), 0, two)).after(2_000);
    expect(story.session('2')).toMatchObject({ status: 'finalized', energyWh: 0 });
    return reviewOf(story.session('2'), LOOK)?.reasons;
  };

  it('is to review where it is said to charge for long, and its connector has a meter', () => {
    expect(reviewAfter(...before, started(at('09:30'), 0, two), charging)).toEqual(['register-differs']);
  });

  it.each<[string, Parameters<Play['each']>]>([
    ['its connector has none', [started(at('09:30'), 0, two), charging]],
    ['its car soon takes nothing', [...before, started(at('09:30'), 0, two), charging, suspended]],
    ['nobody says that it charges', [...before, started(at('09:30'), 0, two)]],
  ])('is none where %s', (_, events) => {
    expect(reviewAfter(...events)).toBeUndefined();
  });
});

describe('a register that says the same from begin to end', () => {
  const two = { transactionId: '2' };
  const charging = available(at('10:01'), { status: 'Occupied', detail: 'Charging' });
  const before = [started(at('08:00'), 100_000), ended(at('09:00'), 123_456)];
  const hung = [started(at('10:00'), 123_456, two), updated(at('11:00'), 123_456, two)];
  const reviewAfter = (...events: Parameters<Play['each']>) =>
    reviewOf(
      new Play(at('13:00'))
        .each(...events, ended(at('12:55'), 123_456, two))
        .after(2_000)
        .session('2'),
      LOOK,
    )?.reasons;

  it('is to review where it is said to charge for long, since it may hang', () => {
    expect(reviewAfter(...before, ...hung, charging)).toEqual(['register-differs']);
  });

  it('is none where nobody says that it charges', () => {
    expect(reviewAfter(...before, ...hung)).toBeUndefined();
  });
});

describe('a session that names 0 and tells of no interval', () => {
  const two = { transactionId: '2' };
  const flowed = (time: string, value = 1_000) =>
    values(at(time), {
      measurand: 'Energy.Active.Import.Interval',
      value,
      unit: 'Wh',
      context: 'Sample.Periodic',
    });
  const told = ['08:10', '08:20', '08:30'].map((time) =>
    updated(at(time), null, { samples: [flowed(time)], digest: time }),
  );
  const statusOf = (end: string, ...before: Parameters<Play['each']>) => {
    const story = new Play(at('13:00')).each(...before, started(at('09:00'), 0, two), ended(at(end), 0, two));
    return story.after(2_000).session('2').status;
  };
  const first = [started(at('08:00'), 0), ...told, ended(at('08:31'), 0)];

  it('is held where the one before it at its EVSE did', () => {
    expect(statusOf('12:00', ...first)).toBe('held');
  });

  it('is billed where it is too short for one, or nobody did', () => {
    expect([statusOf('09:10', ...first), statusOf('12:00')]).toEqual(['finalized', 'finalized']);
  });

  it('is none that tells of intervals of nothing, as of a car that takes nothing', () => {
    const nothing = ['09:10', '09:20', '09:30', '09:40', '09:50'].map((time) =>
      updated(at(time), null, { samples: [flowed(time, 0)], digest: time, ...two }),
    );
    const story = new Play(at('13:00')).each(
      ...first,
      started(at('09:00'), 0, two),
      ...nothing,
      ended(at('10:00'), 0, two),
    );
    expect(story.after(2_000).session('2')).toMatchObject({ status: 'finalized', energyWh: 0 });
  });
});
