import { describe, expect, it } from '@jest/globals';
import { OPERATOR_ID, at, available, ended, readings, register, started } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { isReadWhileFree } from './connector-states.js';
import { emptySession } from './session.js';

const ABOUT = { sessionId: 'S', operatorId: OPERATOR_ID, stationId: 'CS-1', transactionId: '1' };

type Fact = ReturnType<typeof available | typeof readings | typeof started | typeof ended>;

const read = (time: string, energyWh: number) => readings(at(time), energyWh, { messageId: time });
const stated = (time: string, status: 'Available' | 'Occupied') => available(at(time), { status, messageId: time });

/** A transaction of which the station tells no register. */
const unread = ([from, to]: readonly [string, string], transactionId = '1') => [
  stated(from, 'Occupied'),
  started(at(from), 0, { transactionId, samples: [], seqNo: 0 }),
  ended(at(to), null, { transactionId, samples: [], seqNo: 1 }),
  stated(to, 'Available'),
];

/** One of which OCPP 1.6 has to name both, and says 0. */
const ofZero = ([from, to]: readonly [string, string], transactionId = '1') => [
  stated(from, 'Occupied'),
  started(at(from), 0, { transactionId }),
  ended(at(to), 0, { transactionId }),
  stated(to, 'Available'),
];

/** Each as it happens; what is due is decided on meanwhile. */
function told(...events: Fact[]): Play {
  const story = new Play(at('07:00'));
  let now = at('07:00');
  for (const event of events) {
    const { receivedAt } = event.data;
    story.after((Date.parse(receivedAt) - Date.parse(now)) / 1_000).batch(event);
    now = receivedAt;
  }
  return story.after(10);
}

const before = [stated('07:10', 'Available'), read('07:45', 1_000)];

describe('an EVSE that is read by the clock, and whose transactions tell of no register', () => {
  it('has its sessions held where it has charged somebody, for others may have been lost', () => {
    const story = told(...before, ...unread(['08:01', '08:12']), read('08:15', 4_850));
    expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['no-end-value'] } });
    const two = [...unread(['08:01', '08:05']), ...unread(['08:07', '08:12'], '2')];
    expect(told(...before, ...two, read('08:15', 4_850)).all()).toMatchObject([{ status: 'held' }, { status: 'held' }]);
  });

  it('bills nothing where nothing rose', () => {
    const story = told(...before, ...unread(['08:01', '08:12']), read('08:15', 1_000), read('08:15', 1_000));
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 0 });
  });

  const afterwards = (time: string, wh: number) =>
    told(...before, ...unread(['08:01', '08:12']), read(time, wh)).session();

  it.each([
    ['5 W', '08:15', 1_002.5],
    ['a display', '08:15', 1_030],
    ['60 W by the hour', '08:45', 1_060],
    ['20 W until late', '12:45', 1_100],
  ])('bills nothing where its station used no more than it does by itself: %s', (_, time, wh) => {
    expect(afterwards(time, wh)).toMatchObject({ status: 'finalized', energyWh: 0 });
  });

  it.each([
    ['more in half an hour than a station uses', '08:15', 1_060],
    ['as much as charges a car, however late it is read', '23:45', 1_101],
    ['less than before', '08:15', 990],
  ])('has its session held where its register says %s', (_, time, wh) => {
    expect(afterwards(time, wh)).toMatchObject({ status: 'held', hold: { reasons: ['no-end-value'] } });
  });

  it('has those held that say 0 at begin and end, unless nothing rose', () => {
    const rose = told(...before, ...ofZero(['08:01', '08:12']), read('08:15', 4_850));
    expect(rose.session()).toMatchObject({ status: 'held', hold: { reasons: ['no-end-value'] } });
    const stood = told(...before, ...ofZero(['08:01', '08:12']), read('08:15', 1_000), read('08:15', 1_000));
    expect(stood.session()).toMatchObject({ status: 'finalized', energyWh: 0 });
  });

  it('says nothing of a 0 where others there tell of a register that counts from 0', () => {
    const other = [stated('07:20', 'Occupied'), started(at('07:20'), 0), ended(at('07:40'), 3_000)];
    const story = told(
      ...other,
      stated('07:41', 'Available'),
      read('07:45', 501_000),
      ...ofZero(['08:01', '08:12'], '2'),
    );
    expect(story.session('2')).toMatchObject({ status: 'finalized', energyWh: 0 });
  });

  it('is none where it was read so a month ago and never since, for its meter may be gone', () => {
    const sessionAt = (receivedAt: string) => {
      const stamps = { stationId: 'CS-1', evseId: 1, startReceivedAt: new Date(receivedAt) };
      const freeReading = { ...register(at('07:45'), 1_000), receivedAt: at('07:45') };
      return isReadWhileFree([{ ...stamps, freeReading } as never], { ...emptySession(ABOUT, new Date()), ...stamps });
    };
    expect([sessionAt('2026-03-31T07:00:00Z'), sessionAt('2026-04-02T07:00:00Z')]).toEqual([true, false]);
  });

  it('is none where it says nothing but 0', () => {
    const none = [stated('07:10', 'Available'), read('07:45', 0)];
    const story = told(...none, ...unread(['08:01', '08:12']));
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 0 });
  });
});
