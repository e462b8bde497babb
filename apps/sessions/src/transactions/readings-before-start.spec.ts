import { describe, expect, it } from '@jest/globals';
import type { MeterSample } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, available, ended, interval, occupied, readings, register, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const now = at('12:30');
const queued = { receivedAt: now };
const read = (time: string, energyWh: number, more: object = {}) =>
  readings(at(time), energyWh, { ...queued, ...more });

const start = started(at('10:00'), 1_000, queued);
const between = [read('10:30', 4_000), read('11:00', 4_000), read('11:30', 4_000)];
const stop = ended(at('12:00'), 7_000, queued);

function billOf(story: Play, transactionId = '1') {
  const final = story
    .after(2_000)
    .of('session-finalized')
    .findLast((data) => data.transactionId === transactionId);
  const { energyWh, periods, flags } = final as { energyWh: number; periods: object[]; flags: string[] };
  return { energyWh, periods, flags };
}

describe('readings that name no transaction, and come before the start of theirs', () => {
  it('come to the same bill as in their order, whatever comes when', () => {
    const expected = billOf(new Play(at('13:00')).each(start, ...between, stop));
    expect(expected.periods).toHaveLength(4);
    const next = random(13);
    for (let round = 0; round < 60; round++) {
      const facts = shuffled([start, ...between, stop, ...between], next);
      const story = round % 2 === 0 ? new Play(at('13:00')).each(...facts) : new Play(at('13:00')).batch(...facts);
      expect({ round, ...billOf(story) }).toEqual({ round, ...expected });
      expect(story.waitingReadings()).toBe(0);
    }
  });

  it('are the energy of one whose end says no register', () => {
    const story = new Play(at('13:00')).each(...between, start, ended(at('12:00'), null, queued));
    expect(billOf(story)).toMatchObject({ energyWh: 3_000, flags: expect.arrayContaining(['end-unsaid']) });
  });

  it('are shown while it runs, of a start that was not queued', () => {
    const live = { receivedAt: at('10:00:20') };
    const story = new Play(at('10:30')).each(
      readings(at('10:00:15'), 1_050, live),
      started(at('10:00'), 1_000, { receivedAt: at('10:00:30') }),
    );
    expect(story.session().energyWh).toBe(50);
  });

  it('are of each of two sessions, though one message tells of both', () => {
    const other = { ...queued, transactionId: '2' };
    const both = readings(at('12:10'), 9_000, {
      ...queued,
      samples: [register(at('11:55'), 6_500), register(at('12:10'), 9_000)],
    });
    const first = [start, ended(at('12:00'), null, queued)];
    const second = [started(at('12:05'), 7_000, other), ended(at('12:25'), null, other)];
    for (const facts of [
      [both, ...first, ...second],
      [both, ...second, ...first],
      [...first, both, ...second],
      [...first, ...second, both],
    ]) {
      const story = new Play(at('13:00')).each(...facts);
      expect([billOf(story).energyWh, billOf(story, '2').energyWh]).toEqual([5_500, 2_000]);
      expect(story.waitingReadings()).toBe(0);
    }
  });

  it('are of each of two sessions of a queue, whichever start comes first', () => {
    const other = { ...queued, transactionId: '2' };
    const second = [started(at('12:05'), 4_000, other), ended(at('12:25'), null, other)];
    const later = [read('12:10', 5_000), read('12:20', 6_000)];
    const first = [start, ended(at('12:00'), null, queued)];
    for (const starts of [
      [...first, ...second],
      [...second, ...first],
    ]) {
      const story = new Play(at('13:00')).each(...between, ...later, ...starts);
      expect([billOf(story).energyWh, billOf(story, '2').energyWh]).toEqual([3_000, 2_000]);
    }
  });

  it.each<[string, (time: string, registerWh: number) => MeterSample, number]>([
    ['registers', (time, registerWh) => register(at(time), registerWh), 5_000],
    ['intervals', (time) => interval(at(time), 1_000), 6_000],
  ])('are its energy, as %s, although its EVSE was free when it was last heard of, before an outage', (_, said, wh) => {
    const none = { samples: [], ...queued };
    const kept = ['10:20', '10:40', '11:00', '11:20', '11:40', '12:00'].map((time, index) =>
      readings(at(time), 0, { ...queued, samples: [said(time, 10_000 + 1_000 * index)] }),
    );
    const story = new Play(at('13:00')).each(available(at('08:00')), ...kept);
    story.each(started(at('10:00'), 0, none), ended(at('12:01'), null, queued));
    expect(billOf(story)).toMatchObject({ energyWh: wh });
  });

  it('are of nobody where they lie before it, or its EVSE was free, or another one is meant', () => {
    const story = new Play(at('13:00')).each(
      read('09:30', 900),
      readings(at('10:30'), 4_000, { ...queued, evseId: 2 }),
      ...[start, updated(at('11:00'), 5_000, queued), ended(at('12:00'), null, queued)],
    );
    expect(billOf(story)).toMatchObject({ energyWh: 4_000 });
    const idle = new Play(at('13:00')).each(available(at('09:00')), readings(at('10:30'), 4_000));
    expect(idle.waitingReadings()).toBe(0);
    expect(idle.each(occupied(at('10:40')), readings(at('10:50'), 4_000)).waitingReadings()).toBe(1);
  });
});
