import { describe, expect, it } from '@jest/globals';
import { at, available, booted, ended, occupied, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

type Facts = Parameters<Play['each']>;
type More = Parameters<typeof started>[2];

const two = { transactionId: '2' };
const first = [available(at('07:00')), started(at('08:00'), 1_000)];
const next = (time: string, wh: number, more: More = {}) => [
  started(at(time), wh, { ...two, ...more }),
  ended(at('09:30'), 9_000, two),
];
const play = (...facts: Facts) => new Play(at('10:00')).each(...facts, available(at('09:31'))).after(2_000);

describe('a start whose answer never came, so that the station says it again', () => {
  it.each<[string, Facts]>([
    ['a minute later', [...first, ...next('08:01', 1_000)]],
    ['an hour later', [...first, ...next('09:00', 1_000)]],
    ['by a meter that counts what the station uses', [...first, ...next('08:04', 1_006)]],
    [
      'at the same moment, by a register that is read anew',
      [...first, ...next('08:00', 1_050, { receivedAt: at('08:00:40') })],
    ],
    ['after a boot', [...first, booted(at('08:05')), ...next('08:10', 1_000)]],
    [
      'by the same card in other letters',
      [...first, ...next('08:01', 1_000, { idToken: { value: 'card1', type: 'ISO14443' } })],
    ],
  ])('has taken nothing: %s', (_, facts) => {
    const story = play(...facts);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 0, endedAt: new Date(at('08:00')) });
    expect(story.session().flags).toEqual(['end-inferred', 'no-end-value']);
    expect(story.session('2')).toMatchObject({ status: 'finalized', endedAt: new Date(at('09:30')) });
  });

  it('has taken nothing where it was held before', () => {
    const story = new Play(at('08:20')).each(...first, booted(at('08:05'))).after(2_000);
    expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['no-end-value'] } });
    story
      .each(...next('09:00', 1_000))
      .after(2_000)
      .after(0);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 0 });
  });

  it('is each of several', () => {
    const three = { transactionId: '3' };
    const story = play(...first, started(at('08:01'), 1_000, three), ...next('08:02', 1_000));
    expect([story.session(), story.session('3')]).toMatchObject([
      { status: 'finalized', energyWh: 0 },
      { status: 'finalized', energyWh: 0 },
    ]);
  });

  it.each<[string, Facts]>([
    ['some flowed', [...first, ...next('08:20', 1_700)]],
    [
      'some flowed, though its station says the same moment',
      [...first, ...next('08:00', 1_700, { receivedAt: at('08:40') })],
    ],
    ['hours lie between, by a register in kWh that names no unit', [...first, ...next('09:00', 1_040)]],
    ['its register fell', [...first, ...next('08:20', 900)]],
    ['it is said to charge', [...first, occupied(at('08:00:10'), { detail: 'Charging' }), ...next('09:00', 1_000)]],
    [
      'another card began the next',
      [...first, ...next('08:20', 1_000, { idToken: { value: 'CARD2', type: 'ISO14443' } })],
    ],
    ['its register counts each session from 0', [started(at('08:00'), 0), ...next('08:20', 0)]],
    ['its end was told', [started(at('08:00'), 1_000), ended(at('08:10'), null), ...next('08:20', 1_700)]],
    ['it was heard of at another EVSE', [...first, ...next('08:20', 1_000, { evseId: 2 })]],
  ])('is held where %s', (_, facts) => {
    expect(play(...facts).session()).toMatchObject({ status: 'held', hold: { reasons: ['no-end-value'] } });
  });

  it('is billed what was read of it all the same', () => {
    const story = play(...first, updated(at('08:10'), 3_000), ...next('08:20', 3_000));
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 2_000 });
  });
});
