import { describe, expect, it } from '@jest/globals';
import { at, available, booted, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const other = { transactionId: '2', idToken: { value: 'CARD2', type: 'ISO14443' } };
const next = [started(at('11:00'), 3_000, other), ended(at('11:30'), 8_000, { transactionId: '2' })];

describe('a session whose end comes after the start of the next at its connector', () => {
  it('is held where its stop is told again with the register of then', () => {
    const story = new Play(at('10:00')).each(started(at('10:00'), 1_000), ended(at('10:30'), 3_000)).after(3_600);
    story.each(available(at('10:31')), ...next, booted(at('11:40')), ended(at('11:45'), 8_000)).after(5_000);
    expect(story.of('session-finalized')).toMatchObject([
      { transactionId: '1', energyWh: 2_000 },
      { transactionId: '2', energyWh: 5_000 },
    ]);
    expect(story.of('session-held')).toMatchObject([{ transactionId: '1', reasons: ['sessions-overlap'] }]);
  });

  it('is held where a power cut took its stop, which is told late', () => {
    const story = new Play(at('10:00')).each(started(at('10:00'), 1_000), updated(at('10:20'), 2_000));
    story.each(booted(at('10:50')), ...next, ended(at('11:31'), 8_000)).after(5_000);
    expect(story.of('session-finalized')).toMatchObject([{ transactionId: '2', energyWh: 5_000 }]);
    story.decide({ bill: 'value', energyWh: 1_000 });
    expect(story.of('session-finalized').at(-1)).toMatchObject({ transactionId: '1', energyWh: 1_000 });
  });

  it('is billed, and the next one held, where it was final by the time the next one came', () => {
    const queued = [
      started(at('10:30'), 3_000, { ...other, receivedAt: at('12:00') }),
      ended(at('11:30'), 8_000, { transactionId: '2', receivedAt: at('12:00:05') }),
    ];
    const story = new Play(at('10:00')).each(started(at('10:00'), 1_000), ended(at('11:00'), 5_000)).after(60);
    story.each(...queued).after(5_000);
    expect(story.of('session-finalized')).toMatchObject([{ transactionId: '1', energyWh: 4_000 }]);
    expect(story.of('session-held')).toMatchObject([{ transactionId: '2', reasons: ['sessions-overlap'] }]);
    const together = new Play(at('10:00')).each(started(at('10:00'), 1_000), ended(at('11:00'), 5_000), ...queued);
    together.after(5_000);
    expect(together.of('session-held')).toMatchObject([{ transactionId: '1', reasons: ['sessions-overlap'] }]);
    expect(together.of('session-finalized')).toMatchObject([{ transactionId: '2', energyWh: 5_000 }]);
  });

  it('is not held for clocks that differ a little, nor for a session elsewhere', () => {
    const elsewhere = started(at('10:10'), 0, { ...other, transactionId: '3', evseId: 2 });
    const story = new Play(at('10:00')).each(started(at('10:00'), 1_000), elsewhere, ...next);
    story.each(ended(at('11:00:59'), 3_000)).after(5_000);
    expect(story.of('session-held')).toEqual([]);
  });
});
