import { describe, expect, it } from '@jest/globals';
import { at, available, booted, ended, occupied, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const DOUBTS = ['register-ambiguous', 'implausible-reading'];

/** Of 8 kWh between eight and nine o'clock. */
const outcome = (...more: Parameters<Play['each']>) => {
  const course = ['08:15', '08:30', '08:45'].map((time, index) => updated(at(time), 3_001 + 2_000 * index));
  const before = [booted(at('07:00')), available(at('07:01')), started(at('08:00'), 1_000)];
  const session = new Play(at('20:00'))
    .each(...before, ...course, ended(at('09:00'), 9_000), ...more, available(at('10:30')))
    .after(2_000)
    .session();
  expect(session).toMatchObject({ status: 'finalized', energyWh: 8_000 });
  return session.flags.filter((flag) => DOUBTS.includes(flag));
};

describe('a reading of the transaction beside its stop', () => {
  it.each([
    ['09:00:20', 0],
    ['09:00:20', 2],
    ['09:00:20', 50],
    ['09:01:30', 4],
    ['10:00', 2],
    ['10:00', 50],
    ['08:59:58', 4],
    ['08:59:50', 50],
    ['08:50', 4],
  ])('contradicts nothing at %s by %i Wh more', (time, moreWh) => {
    expect(outcome(updated(at(time), 9_000 + moreWh))).toEqual([]);
  });

  it.each([
    ['09:00:03', 50],
    ['09:00:20', 101],
    ['09:00:20', 5_000],
    ['10:00', 101],
    ['10:00', 5_000],
    ['08:50', 50],
    ['08:59:50', 5_000],
  ])('is shown at %s by %i Wh more', (time, moreWh) => {
    expect(outcome(updated(at(time), 9_000 + moreWh))).toContain('register-ambiguous');
  });

  it.each([0, 2, 50])('contradicts nothing at 09:00:20 by %i Wh less', (lessWh) => {
    expect(outcome(updated(at('09:00:20'), 9_000 - lessWh))).toEqual([]);
  });

  it('hides no fall to below what had been read', () => {
    expect(outcome(updated(at('08:20'), 9_004), updated(at('08:40'), 5_005))).toContain('register-ambiguous');
  });
});

describe('a reading of the transaction beside its start', () => {
  it.each([
    ['08:00:05', 0],
    ['08:00:05', 2],
    ['08:00:20', 50],
    ['07:59:40', 50],
    ['07:00', 50],
    ['08:10', 2],
  ])('contradicts nothing at %s by %i Wh less', (time, lessWh) => {
    expect(outcome(updated(at(time), 1_000 - lessWh))).toEqual([]);
  });

  it.each([
    ['08:00:20', 101],
    ['08:00:20', 1_000],
    ['08:10', 50],
  ])('is shown at %s by %i Wh less', (time, lessWh) => {
    expect(outcome(updated(at(time), 1_000 - lessWh))).toContain('register-ambiguous');
  });
});

it('a reading in whole kWh beside a finer begin shows how finely the meter is read: the car charges all the while', () => {
  const minutes = Array.from({ length: 59 }, (_, index) => {
    const time = `08:${String(index + 1).padStart(2, '0')}`;
    return updated(at(time), Math.floor((15_004 + (index + 1) * 61) / 1_000) * 1_000);
  });
  const charging = occupied(at('08:00:05'), { detail: 'Charging' });
  const [final] = new Play(at('20:00'))
    .each(started(at('08:00'), 15_004), charging, ...minutes, ended(at('09:00'), 18_664))
    .after(2_000)
    .of('session-finalized');
  const kinds = (final?.['periods'] as { kind: string }[]).map(({ kind }) => kind);
  expect(new Set(kinds)).toEqual(new Set(['charging']));
});

it('a failed attempt whose readings are a little below its begin shows no reset', () => {
  const session = new Play(at('20:00'))
    .each(booted(at('07:00')), started(at('08:00'), 1_005), updated(at('08:00:30'), 1_000), ended(at('08:01'), 1_000))
    .after(2_000)
    .session();
  expect(session).toMatchObject({ energyWh: 0 });
  expect(session.flags).toEqual([]);
});
