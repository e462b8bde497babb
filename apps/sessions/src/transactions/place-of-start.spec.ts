import { describe, expect, it } from '@jest/globals';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const at2 = { evseId: 2, connectorId: 1 };
const at1 = { evseId: 1, connectorId: 1 };
const start = started(at('10:00'), 1_000, at2);
const stop = ended(at('10:30'), 1_900);

describe('a session of which readings name another EVSE than its start', () => {
  it.each<[string, string[]]>([
    ['before it', ['09:59:55']],
    ['at the same moment', ['10:00']],
    ['since', ['10:10']],
    ['all the while', ['09:58', '09:59:55', '10:00', '10:10']],
  ])('is where that says, if they do %s, in any order', (_, times) => {
    const facts = [start, stop, ...times.map((time) => updated(at(time), time < '10:00:01' ? 1_000 : 1_500, at1))];
    for (let seed = 1; seed <= 20; seed++) {
      const story = new Play(at('12:00')).each(...shuffled(facts, random(seed))).after(900);
      expect(story.session()).toMatchObject({ evseId: 2, connector: { evseUid: 'CS-1-2' }, energyWh: 900 });
    }
  });

  it('is at the connector that its start names', () => {
    const facts = [
      started(at('10:00'), 1_000, { evseId: 1, connectorId: 2 }),
      updated(at('09:59:55'), 1_000, at1),
      stop,
    ];
    for (const order of [facts, facts.toReversed()])
      expect(new Play(at('12:00')).each(...order).session()).toMatchObject({ evseId: 1, connectorId: 2 });
  });

  it('is where the earliest of them says, if its start names none', () => {
    const nowhere = started(at('10:00'), 1_000, { evseId: undefined, connectorId: undefined });
    const facts = [nowhere, updated(at('10:10'), 1_500, at2), updated(at('10:20'), 1_700, at1), stop];
    for (let seed = 1; seed <= 20; seed++)
      expect(new Play(at('12:00')).each(...shuffled(facts, random(seed))).session().evseId).toBe(2);
  });
});
