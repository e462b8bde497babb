import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { at, available, booted, ended, occupied, started, updated } from '../testing/facts.js';
import { finalOf } from '../testing/final-of.js';
import { Play } from '../testing/play.js';
import { evse, referenceData } from '../testing/reference-data.js';
import { reviewOf } from '../transactions/to-review.js';

const nowhere = { evseId: undefined, connectorId: undefined };
const start = started(at('10:00'), 1_000, nowhere);
const stop = ended(at('10:30'), 3_000);
const on2 = { evseId: 2 };
const preparing = occupied(at('09:58'), { ...on2, detail: 'Preparing' });
const other = { transactionId: '2', idToken: { value: 'CARD2', type: 'ISO14443' }, connectorId: 1 };

describe('a session whose EVSE nobody named, at a station with several', () => {
  it.each<[string, StationEvent[]]>([
    ['was being prepared', [preparing, start, stop]],
    ['said so after the start', [start, occupied(at('10:01'), on2), stop]],
    ['was free again before the stop came', [preparing, start, available(at('10:29'), on2), stop]],
    ['named connector 0', [preparing, started(at('10:00'), 1_000, { evseId: 0, connectorId: 1 }), stop]],
    [
      'is the only one without a session',
      [
        ...[started(at('09:00'), 0, { ...other, evseId: 1 }), occupied(at('09:00'))],
        ...[preparing, start, stop, ended(at('11:00'), 900, { transactionId: '2' })],
      ],
    ],
    ['alone has been used since', [occupied(at('08:00')), available(at('09:00')), preparing, start, stop]],
  ])('is at the connector that %s', (_, events) => {
    const story = new Play(at('12:00')).each(...events).after(900);
    expect(story.of('session-finalized').filter(({ transactionId }) => transactionId === '1')).toMatchObject([
      { evseId: 2, connector: { evseUid: 'CS-1-2' }, energyWh: 2_000, flags: ['evse-assumed'] },
    ]);
  });

  it('is at the same one in any order', () => {
    expect(finalOf(preparing, start, occupied(at('10:01'), on2), stop)).toMatchObject({ evseId: 2 });
  });

  it.each<[string, StationEvent[]]>([
    ['no connector was in use', [start, stop]],
    ['two were', [occupied(at('09:50')), preparing, start, stop]],
    ['one was in use before only', [preparing, available(at('09:59'), on2), start, stop]],
    ['the only one had a session of its own', [preparing, started(at('09:59'), 0, { ...other, ...on2 }), start, stop]],
    ['another one named none either', [preparing, started(at('10:10'), 0, { ...other, ...nowhere }), start, stop]],
    ['only a boot is known', [booted(at('09:00')), start, stop]],
  ])('is held where %s', (_, events) => {
    const story = new Play(at('12:00')).each(...events).after(5);
    expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['place-unknown'] } });
    expect(story.of('session-held')).toMatchObject([{ reasons: ['place-unknown'], beginWh: 1_000, endWh: 3_000 }]);
  });

  it('is billed and shown where no energy flowed, as of a start without a cable', () => {
    const story = new Play(at('12:00')).each(start, ended(at('10:02'), 1_000)).after(5);
    expect(story.of('session-finalized')).toMatchObject([{ evseId: 1, energyWh: 0, flags: ['place-unknown'] }]);
    expect(reviewOf(story.session(), { now: new Date(), silentAfterS: 86_400 })?.reasons).toEqual(['place-unknown']);
  });

  it('is where its station says late, and is not held any longer', () => {
    const story = new Play(at('12:00'))
      .each(start, stop)
      .after(5)
      .each(updated(at('10:10'), 2_000, on2))
      .after(5);
    expect(story.of('session-finalized')).toMatchObject([{ evseId: 2, flags: [] }]);
  });

  it('is where its station says late that it is, also if that is where it was found', () => {
    const story = new Play(at('12:00'))
      .each(preparing, start, stop)
      .after(5)
      .each(updated(at('10:10'), 2_000, on2));
    expect(story.after(900).of('session-finalized').at(-1)).toMatchObject({ evseId: 2, flags: [] });
  });

  it('stays where it was found, whoever comes to the connectors later', () => {
    const story = new Play(at('12:00')).each(preparing, start, stop).after(5);
    story.each(occupied(at('11:00')), updated(at('10:10'), 2_000)).after(900);
    expect(story.session()).toMatchObject({ status: 'finalized', evseId: 2 });
    expect(story.of('session-held')).toEqual([]);
  });

  it('is at the only EVSE of a station that has one', () => {
    const story = new Play(at('12:00'), referenceData([evse(1)])).each(start, stop).after(5);
    expect(story.of('session-finalized')).toMatchObject([{ evseId: 1, flags: [] }]);
  });
});
