import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const card = { idToken: { value: 'CARD1', type: 'ISO14443' }, trigger: 'Authorized' };
const says = (time: string, seqNo: number, chargingState: 'Charging' | 'EVConnected' | 'SuspendedEV', more = {}) =>
  updated(at(time), null, { seqNo, chargingState, trigger: 'ChargingStateChanged', ...more });

const plugged = started(at('10:00'), 1_000, {
  ...{ seqNo: 0, idToken: undefined, trigger: 'CablePluggedIn', chargingState: 'EVConnected' as const },
});
const authorized = updated(at('11:00'), null, { ...card, seqNo: 1 });
const charging = says('11:01', 2, 'Charging');
const stopped = ended(at('12:00'), 3_000, { seqNo: 3 });

/** What a session of these facts is told to be in the end. */
function finalOf(...facts: StationEvent[]) {
  return new Play(at('12:30'))
    .each(...facts)
    .after(900)
    .of('session-finalized')
    .at(-1);
}

describe('a transaction that began before anybody was authorized', () => {
  it('is billed from the authorization, with all of its energy, whatever the order', () => {
    const next = random(7);
    for (let round = 0; round < 50; round++) {
      const final = finalOf(...shuffled([plugged, authorized, charging, stopped, authorized], next));
      expect(final).toMatchObject({ startedAt: at('11:00'), endedAt: at('12:00'), energyWh: 2_000, flags: [] });
      const periods = final?.periods as { startedAt: string; energyWh: number }[];
      expect(periods[0]?.startedAt).toBe(at('11:00'));
      expect(periods.reduce((sum, { energyWh }) => sum + energyWh, 0)).toBe(2_000);
    }
  });

  it('is shown so while it runs, and the others are told anew when that is known', () => {
    const story = new Play(at('12:30')).each(plugged, authorized, charging);
    expect(story.of('session-started')).toMatchObject([{ startedAt: at('10:00') }, { startedAt: at('11:00') }]);
  });

  it.each([
    ['it said that it charged', says('10:30', 1, 'Charging')],
    ['its register rose', updated(at('10:30'), 1_500, { seqNo: 1 })],
  ])('is billed from when %s before that, whatever came first', (_, word) => {
    const facts = [plugged, word, updated(at('11:00'), null, { ...card, seqNo: 2 }), stopped];
    const next = random(3);
    for (let round = 0; round < 20; round++)
      expect(finalOf(...shuffled(facts, next))).toMatchObject({ startedAt: at('10:30'), energyWh: 2_000, flags: [] });
    const late = new Play(at('12:30')).each(plugged, updated(at('11:00'), null, { ...card, seqNo: 2 }), word);
    expect(late.of('session-started').at(-1)).toMatchObject({ startedAt: at('10:30') });
  });

  it.each([
    ['a register that rises by what the station uses', updated(at('10:30'), 1_050, { seqNo: 1 })],
    ['a reading of 0', updated(at('10:30'), 0, { seqNo: 1 })],
    ['a spike', updated(at('10:30'), 900_000, { seqNo: 1 })],
    ['the cable', says('10:30', 1, 'EVConnected')],
  ])('is not billed from %s', (_, word) => {
    expect(finalOf(plugged, word, updated(at('11:00'), null, { ...card, seqNo: 2 }), stopped)).toMatchObject({
      ...{ startedAt: at('11:00'), energyWh: 2_000 },
    });
  });

  it('is billed by the token that may charge, not by one that was refused before', () => {
    const refused = updated(at('10:20'), null, {
      ...{ ...card, seqNo: 1, idToken: { value: 'CARD2', type: 'ISO14443' } },
      authorization: { status: 'Invalid', by: 'sessions' },
    });
    const accepted = { ...card, seqNo: 2, authorization: { status: 'Accepted' as const, by: 'sessions' as const } };
    expect(finalOf(plugged, refused, updated(at('11:00'), null, accepted), stopped)).toMatchObject({
      startedAt: at('11:00'),
    });
  });

  it('is billed whole where its token was only named to stop it', () => {
    const stop = updated(at('11:59'), null, { ...card, seqNo: 1, trigger: 'StopAuthorized' });
    const end = ended(at('12:00'), 3_000, { seqNo: 2 });
    expect(finalOf(plugged, stop, end)).toMatchObject({ startedAt: at('10:00'), token: { uid: 'CARD1' } });
  });

  it('has no time where it was authorized at its very end', () => {
    const late = updated(at('12:05'), null, { ...card, seqNo: 1 });
    expect(finalOf(plugged, late, ended(at('12:00'), 1_000, { seqNo: 2 }))).toMatchObject({
      ...{ startedAt: at('12:00'), endedAt: at('12:00'), energyWh: 0 },
    });
  });

  it('begins where somebody decides, or is billed from the authorization by any other decision', () => {
    const doubtful = [plugged, authorized, ended(at('12:00'), 500, { seqNo: 2 })];
    const story = new Play(at('12:30')).each(...doubtful).after(900);
    expect(story.session()).toMatchObject({ status: 'held' });
    expect(story.of('session-held').at(-1)).toMatchObject({ startedAt: at('11:00') });
    story.decide({ bill: 'value', energyWh: 700 });
    expect(story.of('session-finalized').at(-1)).toMatchObject({ startedAt: at('11:00'), energyWh: 700 });
    const other = new Play(at('12:30')).each(...doubtful).after(900);
    other.decide({ bill: 'value', energyWh: 700, startedAt: at('10:45') });
    expect(other.of('session-finalized').at(-1)).toMatchObject({ startedAt: at('10:45'), energyWh: 700 });
  });
});

describe('a transaction that begins with an authorization', () => {
  it('is billed from its start, also before it charges', () => {
    const begun = started(at('10:00'), 1_000, { seqNo: 0 });
    const waits = [begun, says('10:40', 1, 'Charging'), ended(at('12:00'), 3_000, { seqNo: 2 })];
    expect(finalOf(...waits)).toMatchObject({ startedAt: at('10:00') });
  });

  it('is billed from its start in OCPP 1.6', () => {
    expect(finalOf(started(at('10:00'), 1_000), ended(at('12:00'), 3_000))).toMatchObject({ startedAt: at('10:00') });
  });
});
