import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { at, available, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

/** A session of 900 Wh that is final. */
const final = () =>
  new Play(at('12:00')).each(started(at('10:00'), 0, { seqNo: 0 }), ended(at('10:30'), 900, { seqNo: 1 })).after(0);

describe('a late fact', () => {
  it('is counted at once and billed later', () => {
    const story = final().each(ended(at('10:40'), 1_000, { seqNo: 2 }));
    expect(story.session()).toMatchObject({
      ...{ status: 'finalized', energyWh: 900, endedAt: new Date(at('10:30')), lateFacts: 1 },
      ...{ flags: ['late-facts'], finalDueAt: new Date(at('12:15')) },
    });
    expect(story.after(899).of('session-finalized')).toHaveLength(1);
    expect(story.after(1).of('session-finalized')).toMatchObject([
      { energyWh: 900, endedAt: at('10:30') },
      { energyWh: 1_000, endedAt: at('10:40'), flags: [] },
    ]);
    expect(story.session()).toMatchObject({ correctedAt: new Date(at('12:15')), finalizedAt: new Date(at('12:00')) });
  });

  it('keeps what was said of how the facts were read, and adds to it', () => {
    const story = new Play(at('12:00'))
      .each(started(at('10:00'), 0, { seqNo: 0, flags: ['time-zone-assumed'] }), ended(at('10:30'), 900, { seqNo: 1 }))
      .after(0)
      .each(ended(at('10:40'), 1_000, { seqNo: 2, flags: ['id-token-mended'] }))
      .after(900);
    expect(story.of('session-finalized')).toMatchObject([
      { flags: ['time-zone-assumed'] },
      { flags: ['id-token-mended', 'time-zone-assumed'] },
    ]);
  });

  it('tells no running figures of a session that is over', () => {
    const story = final().each(updated(at('10:20'), 950, { seqNo: 2 }));
    expect(story.told.map(({ type }) => type).slice(-1)).toEqual(['session-finalized']);
  });

  it('changes nothing where it says nothing new', () => {
    const story = final().each(ended(at('10:30'), 900, { seqNo: 1 }));
    const { version } = story.session();
    expect(story.after(900).of('session-finalized')).toHaveLength(1);
    expect(story.session()).toMatchObject({ correctedAt: null, lateFacts: 1, lateSince: null, version: version + 1 });
  });

  it('changes nothing where the database gives the members of its place in another order', () => {
    const story = final();
    const { connector, ...session } = story.session();
    const turned = Object.fromEntries(Object.entries(connector ?? {}).toReversed()) as typeof connector;
    story.put({ ...session, connector: turned, finalDueAt: new Date(at('12:00')) }).after(0);
    expect(story.of('session-finalized')).toHaveLength(1);
  });

  it('does not put a correction off for more than a day', () => {
    const story = final();
    for (let index = 0; index < 200; index++) {
      story.each(ended(at('10:31'), 901 + index, { seqNo: 2 + index })).after(600);
    }
    const told = story.of('session-finalized').length;
    expect([2, 3]).toContain(told);
  });

  it('goes on with a session that was thought to be over', () => {
    const story = new Play(at('12:00')).each(started(at('10:00'), 0), available(at('10:10'))).after(600);
    expect(story.of('session-held')).toMatchObject([
      { reasons: ['no-end-value'], beginWh: 0, flags: ['end-inferred', 'no-end-value'] },
    ]);
    story.each(updated(at('10:20'), 400), ended(at('10:50'), 900)).after(900);
    expect(story.of('session-finalized')).toMatchObject([
      { energyWh: 900, endedAt: at('10:50'), reason: 'Local', flags: [] },
    ]);
  });
});

describe('a station that is never quiet', () => {
  const days = (count: number, tell: (index: number) => StationEvent, story: Play): Play => {
    for (let index = 0; index < count * 144; index++) story.each(tell(index)).after(600);
    return story;
  };

  it('puts the end of its session off for a day, while a number is missing', () => {
    const story = new Play(at('12:00')).each(
      started(at('10:00'), 0, { seqNo: 0 }),
      ended(at('10:30'), 900, { seqNo: 5 }),
    );
    const told = days(2, () => updated(at('10:30'), 900, { seqNo: 2 }), story).of('session-finalized');
    expect(told).toMatchObject([{ energyWh: 900, endedAt: at('10:30') }]);
  });

  it('puts it off for a day where it tells the stop again and again, later each time', () => {
    const story = new Play(at('12:00')).each(
      started(at('10:00'), 0, { seqNo: 0 }),
      ended(at('10:30'), 900, { seqNo: 5 }),
    );
    const again = (index: number) =>
      ended(new Date(Date.parse(at('10:30')) + index * 1_000).toISOString(), 900, { seqNo: 5 });
    expect(days(2, again, story).of('session-finalized')).not.toEqual([]);
  });
});
