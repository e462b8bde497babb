import { describe, expect, it } from '@jest/globals';
import { type MeterSample, MeterValuesReceived, newEvent } from '@chargemesh/contracts';
import { OPERATOR_ID, STATION_ID, at, available, booted, ended, register, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { reviewOf } from './to-review.js';

let messages = 0;
/** What 1.6 stations send with the transaction 0 or −1, or none, and 2.x ones as MeterValues. */
function readings(evseId: number, samples: MeterSample[], receivedAt = samples.at(-1)?.at ?? at('10:00')) {
  const data = { stationId: STATION_ID, epoch: 1, receivedAt, messageId: `${++messages}`, evseId, samples };
  return newEvent(MeterValuesReceived, { operatorId: OPERATOR_ID, time: receivedAt, data });
}
const reading = (time: string, energyWh: number, evseId = 1) => readings(evseId, [register(at(time), energyWh)]);
const LOOK = { now: new Date(at('12:40')), silentAfterS: 86_400 };
const running = () => new Play(at('12:00')).each(started(at('10:00'), 1_000));

describe('the status of a connector in OCPP 1.6', () => {
  const status = (time: string, detail: string, evseId = 1) =>
    available(at(time), { status: 'Occupied', detail, evseId, messageId: `${detail} ${time}` });

  it.each(['SuspendedEV', 'SuspendedEVSE'])('%s makes its session park', (word) => {
    const story = running()
      .each(status('10:01', 'Charging'), updated(at('10:20'), 3_000), status('10:20', word))
      .each(updated(at('10:40'), 3_000));
    expect(story.session().idleSince).toEqual(new Date(at('10:20')));
    story.each(status('10:40', 'Charging'), ended(at('11:00'), 9_000)).after(5);
    expect(story.of('session-finalized')).toMatchObject([
      {
        energyWh: 8_000,
        periods: [
          { kind: 'charging', endedAt: at('10:20') },
          { kind: 'parking', endedAt: at('10:40') },
          { kind: 'charging', endedAt: at('11:00') },
        ],
      },
    ]);
  });

  it.each(['SuspendedEV', 'SuspendedEVSE'] as const)('%s comes to the same bill as the word of OCPP 2.x', (word) => {
    const periodsOf = (...events: Parameters<Play['each']>) =>
      running()
        .each(...events, ended(at('11:30'), 3_000))
        .after(600)
        .of('session-finalized')[0]?.['periods'];
    const said = (time: string, chargingState: 'Charging' | typeof word) =>
      updated(at(time), null, { chargingState, trigger: 'ChargingStateChanged' });
    const read = updated(at('10:40'), 3_000);
    const told = periodsOf(status('10:10', word), status('10:20', 'Charging'), read, status('10:40', word));
    expect(periodsOf(said('10:10', word), said('10:20', 'Charging'), read, said('10:40', word))).toEqual(told);
    expect(told).toMatchObject([{ kind: 'charging' }, { kind: 'charging' }, { kind: 'charging' }, { kind: 'parking' }]);
  });

  it.each([
    ['of another connector', status('10:20', 'SuspendedEV', 2)],
    ['from before it started', status('09:50', 'SuspendedEV')],
    ['that says nothing of charging', status('10:20', 'Finishing')],
  ])('says nothing of a session when it is one %s', (_, event) => {
    const story = running();
    const before = story.session();
    expect(story.each(event).session()).toEqual(before);
  });

  it.each(['SuspendedEV', 'SuspendedEVSE'])('%s makes it park though its start comes after that', (word) => {
    const begin = started(at('10:00'), 1_000, { receivedAt: at('10:31') });
    const rest = [updated(at('10:40'), 2_000), updated(at('11:00'), 2_000), ended(at('11:10'), 2_000)];
    const periodsOf = (...events: Parameters<Play['each']>) =>
      new Play(at('12:00'))
        .each(...events)
        .after(600)
        .of('session-finalized')[0]?.['periods'];
    const before = updated(at('10:20'), 2_000, { receivedAt: at('10:32') });
    const told = periodsOf(begin, before, status('10:30', word), ...rest);
    expect(periodsOf(status('10:30', word), begin, before, ...rest)).toEqual(told);
    expect(told).toContainEqual(expect.objectContaining({ kind: 'parking' }));
  });

  it('says nothing of a session that began before, and is over, when it is told again', () => {
    const first = [started(at('10:00'), 1_000), ended(at('10:20'), 2_000), available(at('10:21'))];
    const story = new Play(at('12:00')).each(...first, status('10:40', 'SuspendedEV'));
    const before = story.session();
    expect(story.each(...first).session()).toMatchObject({
      idleSince: before.idleSince,
      lastHeardAt: before.lastHeardAt,
    });
  });

  it('leaves a car that takes nothing although the station says Charging to the register', () => {
    const story = running().each(status('10:01', 'Charging'), updated(at('10:10'), 3_000), updated(at('10:20'), 3_000));
    expect(story.session().idleSince).toEqual(new Date(at('10:10')));
  });
});

describe('readings that name no transaction', () => {
  it('belong to the only transaction that runs on their connector', () => {
    const story = running()
      .each(reading('10:20', 2_000), reading('10:40', 5_000), available(at('11:00')))
      .after(600);
    expect(story.of('session-finalized')).toMatchObject([
      {
        ...{ startedAt: at('10:00'), endedAt: at('11:00'), energyWh: 4_000 },
        flags: ['end-inferred', 'end-unsaid', 'no-end-value', 'readings-assigned', 'readings-unnamed'],
      },
    ]);
  });

  it.each<[string, number, object]>([
    ['what the connector can have delivered', 30_000, { energyWh: 29_000, flags: ['readings-assigned'] }],
    ['more than that', 910_000, { energyWh: 0, flags: [] }],
    ['less than the begin', 900, { energyWh: 0, flags: ['readings-assigned'] }],
  ])('belong to it where they say %s', (_, registerWh, expected) => {
    const story = running().each(reading('10:59', registerWh));
    expect(story.session()).toMatchObject(expected);
    expect(
      new Play(at('12:00')).batch(started(at('10:00'), 1_000), reading('10:59', registerWh)).session(),
    ).toMatchObject(expected);
  });

  it.each([0, 1, 3, 5])('are shown where begin and end are %d, and they out of reach, whichever comes first', (wh) => {
    const begin = started(at('10:00'), wh, { receivedAt: at('11:01') });
    const [end, read] = [ended(at('11:00'), wh), [reading('10:20', 510_000), reading('10:40', 513_000)]];
    for (const facts of [
      [begin, ...read, end],
      [...read, begin, end],
      [begin, end, ...read],
    ]) {
      const session = new Play(at('12:00'))
        .each(...facts)
        .after(2_000)
        .session();
      expect(session).toMatchObject({ status: 'finalized', energyWh: 0 });
      expect(reviewOf(session, LOOK)?.reasons).toEqual(['register-ambiguous']);
    }
  });

  it('leave its registers alone where it begins at 0, and its end is possible', () => {
    const facts = [
      started(at('10:00'), 0),
      reading('10:20', 510_000),
      reading('10:40', 513_000),
      ended(at('11:00'), 4_000),
    ];
    const session = new Play(at('12:00'))
      .each(...facts)
      .after(2_000)
      .session();
    expect(session).toMatchObject({ status: 'finalized', energyWh: 4_000 });
    expect(reviewOf(session, LOOK)).toBeUndefined();
  });

  it('do so in the batch of their start', () => {
    const story = new Play(at('12:00')).batch(started(at('10:00'), 1_000), reading('10:20', 2_000));
    expect(story.session()).toMatchObject({ energyWh: 1_000, lastHeardAt: new Date(at('10:20')) });
  });

  it.each([
    ['are of another connector', reading('10:20', 2_000, 2)],
    ['are of the whole station', reading('10:20', 2_000, 0)],
    ['are from before it started', reading('09:50', 2_000)],
    ['are none', readings(1, [], at('10:20'))],
  ])('belong to none when they %s', (_, event) => {
    const story = running();
    const before = story.session();
    expect(story.each(event).session()).toEqual(before);
  });

  it('belong to none when two run, or it has ended', () => {
    const two = running().each(updated(at('10:05'), 1_100), started(at('10:06'), 0, { transactionId: '2', evseId: 2 }));
    expect(two.each(reading('10:20', 2_000)).session()).toMatchObject({ energyWh: 1_000 });
    const over = running().each(ended(at('10:10'), 1_500));
    expect(over.each(reading('10:20', 2_000)).session()).toMatchObject({ energyWh: 500 });
  });

  it('show that a session goes on that a boot seemed to end', () => {
    const story = running().each(booted(at('10:10')));
    expect(story.session().status).toBe('ended');
    expect(story.each(reading('10:20', 2_000)).session()).toMatchObject({ status: 'active', energyWh: 1_000 });
  });

  it('show nothing of one whose connector was free since', () => {
    const story = running().each(available(at('10:10')), reading('10:20', 2_000));
    expect(story.session()).toMatchObject({ status: 'ended', energyWh: 0, endedAt: new Date(at('10:10')) });
  });

  it('are of the transaction that runs, not of the one that it ended', () => {
    const story = running().each(started(at('10:10'), 1_200, { transactionId: '2' }), reading('10:20', 2_000));
    expect([story.session('1').energyWh, story.session('2').energyWh]).toEqual([0, 800]);
  });

  it('are taken each by itself', () => {
    const story = running().each(readings(1, [register(at('09:50'), 1_500), register(at('10:20'), 2_000)]));
    expect(story.session()).toMatchObject({ energyWh: 1_000, firstFactAt: new Date(at('10:00')) });
  });

  describe('that may be of another driver, whose start was lost', () => {
    const word = (time: string, detail: string) =>
      available(at(time), { status: 'Occupied', detail, messageId: `${detail} ${time}` });
    const named = running()
      .each(updated(at('10:20'), 2_000))
      .session();
    const after = (...events: Parameters<Play['each']>) =>
      running()
        .each(updated(at('10:20'), 2_000), ...events)
        .session().flags;

    it('leave the session as it is', () => expect(named.flags).toEqual([]));

    it.each<[string, Parameters<Play['each']>]>([
      ['the connector has said that no transaction runs', [word('10:30', 'Preparing'), reading('10:40', 3_000)]],
      [
        'it has said so and charges again',
        [word('10:30', 'Preparing'), word('10:31', 'Charging'), reading('10:40', 3_000), reading('10:50', 4_000)],
      ],
      ['the station has booted', [booted(at('10:30')), reading('10:40', 3_000)]],
      ['nothing was heard for more than two hours', [reading('12:21', 3_000)]],
    ])('are shown to a person where %s', (_, events) => {
      expect(after(...events)).toEqual(['readings-assigned', 'readings-doubtful']);
    });

    it.each<[string, Parameters<Play['each']>]>([
      ['a station never names a transaction', [reading('10:40', 3_000), reading('12:30', 9_000)]],
      ['the word came before the readings that it goes by', [word('10:10', 'Preparing'), reading('10:40', 3_000)]],
      [
        'a car is suspended in between',
        [word('10:30', 'SuspendedEV'), word('10:35', 'Charging'), reading('10:40', 3_000)],
      ],
    ])('are taken as its own where %s', (_, events) => {
      expect(after(...events)).toEqual(['readings-assigned']);
    });

    it('are its own where it was begun before its car was there', () => {
      const story = running().each(word('10:05', 'Preparing'), word('10:06', 'Charging'), reading('10:20', 2_000));
      expect(story.session().flags).toEqual(['readings-assigned']);
    });
  });

  it('are shown to a person where the end says no register either, for they may be of the next driver', () => {
    const events = [started(at('10:00'), 1_000), reading('10:20', 2_000), reading('10:40', 5_000)];
    const lost = new Play(at('12:00')).each(...events, available(at('11:00'))).after(600);
    expect(reviewOf(lost.session(), LOOK)?.reasons).toEqual(['end-unsaid', 'readings-unnamed']);
    const found = lost.each(ended(at('10:59'), 6_000)).after(900);
    expect(found.session()).toMatchObject({ energyWh: 5_000, flags: ['readings-assigned'] });
  });

  describe('after a reset of the register', () => {
    const rest = (name: (time: string, wh: number) => Parameters<Play['each']>[0]) => [
      ...[name('10:30', 24_000), name('10:40', 500), name('11:10', 4_000), name('11:30', 6_000)],
      available(at('11:31')),
    ];
    const outcome = (...events: Parameters<Play['each']>) =>
      new Play(at('12:00'))
        .each(started(at('10:00'), 20_000), ...events)
        .after(600)
        .of('session-finalized')[0];

    it('show it as those that name it do', () => {
      const named = outcome(...rest((time, wh) => updated(at(time), wh)));
      expect(outcome(...rest(reading))).toMatchObject({
        energyWh: named?.['energyWh'],
        flags: expect.arrayContaining(['register-reset', 'readings-assigned']),
      });
      expect(named).toMatchObject({ energyWh: 9_500 });
    });

    it('change nothing where the register comes back, or the stop says what it is', () => {
      const dropout = [reading('10:30', 22_000), reading('10:40', 0), reading('10:50', 25_000)];
      expect(outcome(...dropout, available(at('11:00')))).toMatchObject({ energyWh: 5_000 });
      expect(outcome(...dropout, ended(at('11:00'), 26_000))).toMatchObject({ energyWh: 6_000 });
    });
  });

  describe('of an EVSE at which another transaction has begun since', () => {
    const two = { transactionId: '2' };
    const first = [started(at('08:00'), 1_000), available(at('08:20'))];
    const second = [
      ...[started(at('09:00'), 5_000, two), reading('09:10', 7_000), reading('09:30', 10_000)],
      ...[ended(at('10:00'), 15_000, two), available(at('10:01'))],
    ];

    it('are of no session before, however often all is said', () => {
      const story = new Play(at('12:00')).each(...first, ...second).after(2_000);
      const [held, billed] = [story.session(), story.session('2')];
      story.each(...first, ...second).after(2_000);
      expect(story.session()).toMatchObject({ status: 'held', energyWh: held.energyWh, flags: held.flags });
      expect(story.session('2')).toMatchObject({ status: 'finalized', energyWh: billed.energyWh });
    });

    const late = (time: string, wh: number) => readings(1, [register(at(time), wh)], at('12:00'));
    const overtaken = (...events: Parameters<Play['each']>) =>
      new Play(at('12:00'))
        .each(started(at('08:00'), 1_000), updated(at('08:10'), 2_000), started(at('09:00'), 5_000, two))
        .each(ended(at('10:00'), 15_000, two))
        .after(2_000)
        .each(...events);

    it('are shown with the session that they were of, if it would be more by them', () => {
      const story = overtaken(late('08:40', 4_500));
      expect(story.session()).toMatchObject({ energyWh: 1_000 });
      expect(reviewOf(story.session(), LOOK)?.reasons).toContain('readings-overtaken');
      expect(story.after(2_000).session().flags).toContain('readings-overtaken');
      expect(story.session('2').flags).toEqual([]);
    });

    it.each<[string, Parameters<Play['each']>]>([
      ['say no more than what is known', [late('08:40', 2_000)]],
      ['are of the time of the other', [late('09:30', 8_000)]],
      ['are of the time after both', [late('10:30', 16_000)]],
      ['are more than it can have come to', [late('08:40', 900_000)]],
    ])('are not where they %s', (_, events) => {
      const story = overtaken(...events);
      expect(story.session().flags).not.toContain('readings-overtaken');
    });
  });
});
