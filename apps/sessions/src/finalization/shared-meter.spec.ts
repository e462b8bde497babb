import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, available, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { evse, referenceData } from '../testing/reference-data.js';

const START_MS = Date.parse(at('08:00'));
const time = (minute: number): string => new Date(START_MS + Math.round(minute * 60) * 1_000).toISOString();

/** A session at a connector of its own number, and what its meter says at a minute. */
interface Charged {
  readonly id: number;
  readonly evseId: number;
  readonly from: number;
  readonly to: number;
  readonly everyMinutes: number;
}

function factsOf({ id, evseId, from, to, everyMinutes }: Charged, registerAt: (minute: number) => number) {
  const on = { transactionId: `${id}`, evseId };
  const facts: { minute: number; event: StationEvent }[] = [
    { minute: from, event: started(time(from), registerAt(from), on) },
  ];
  for (let minute = from + everyMinutes; minute < to; minute += everyMinutes)
    facts.push({ minute, event: updated(time(minute), registerAt(minute), { ...on, digest: `${id} ${minute}` }) });
  return [...facts, { minute: to, event: ended(time(to), registerAt(to), on) }];
}

/** What becomes of sessions that are told as they happen, or in another order. */
function outcomesOf(facts: readonly { minute: number; event: StationEvent }[], next?: () => number) {
  const inOrder = facts.toSorted((a, b) => a.minute - b.minute).map(({ event }) => event);
  const play = new Play(at('20:00'), referenceData([evse(1), evse(2), evse(3)]));
  play
    .each(...(next ? shuffled(inOrder, next) : inOrder))
    .after(700)
    .after(700);
  const ids = [
    ...new Set(facts.flatMap(({ event }) => ('transactionId' in event.data ? [event.data.transactionId] : []))),
  ];
  return ids.map((id) => {
    const { status, energyWh, hold, flags } = play.session(id);
    if (status === 'held') return hold?.reasons;
    return flags.includes('meter-maybe-shared') ? 'shown' : energyWh;
  });
}

const POWER_W = 11_000;
/** What flows until a minute at one connector. */
const flowed = ({ from, to }: Charged, minute: number): number =>
  (POWER_W * Math.max(0, Math.min(minute, to) - from)) / 60;

describe('two connectors that have one meter', () => {
  const one = { id: 1, evseId: 1, from: 0, to: 60, everyMinutes: 30 };
  const two = { id: 2, evseId: 2, from: 10 / 60, to: 60 + 10 / 60, everyMinutes: 30 };
  const shared = (begin: number, all: readonly Charged[]) => (minute: number) =>
    Math.floor(begin + all.reduce((sum, charged) => sum + flowed(charged, minute), 0));

  it('are held where both charge at once, since each register has the energy of both', () => {
    const register = shared(1_000, [one, two]);
    const facts = [...factsOf(one, register), ...factsOf(two, register)];
    expect(outcomesOf(facts)).toEqual([['meter-shared'], ['meter-shared']]);
  });

  it('are billed where they charge one after the other', () => {
    const later = { ...two, from: 61, to: 90 };
    const register = shared(1_000, [one, later]);
    expect(outcomesOf([...factsOf(one, register), ...factsOf(later, register)])).toEqual([11_000, 5_316]);
  });

  it('are held where each reading is taken some seconds before its stamp', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const next = random(seed);
      const register = shared(1_000 + Math.floor(next() * 1e6), [one, two]);
      const read = (minute: number) => register(minute - (next() * 5) / 60);
      const all = [one, { ...two, from: 20, to: 41 + next() * 40 }].map((each) => ({ ...each, everyMinutes: 1 }));
      expect({ seed, outcomes: outcomesOf(all.flatMap((each) => factsOf(each, read))) }).toEqual({
        seed,
        outcomes: [['meter-shared'], ['meter-shared']],
      });
    }
  });

  it('are both held where the stop of one of them is lost, and nothing was read of it', () => {
    const register = shared(1_000, [one, two]);
    const [first, second] = [
      { ...one, everyMinutes: 5 },
      { ...two, from: 17 },
    ];
    const [begin] = factsOf(second, register);
    const gone = { minute: 80, event: available(time(80), { evseId: 2 }) };
    expect(outcomesOf([...factsOf(first, register), ...(begin ? [begin] : []), gone])).toEqual([
      ['meter-shared'],
      ['no-end-value', 'meter-shared'],
    ]);
  });

  it('are shown where nothing was read of them but begin and end of each, within each other', () => {
    const [first, second] = [
      { ...one, everyMinutes: 999 },
      { ...two, from: 17, to: 41, everyMinutes: 999 },
    ];
    const register = shared(50_000, [first, second]);
    expect(outcomesOf([...factsOf(first, register), ...factsOf(second, register)])).toEqual(['shown', 'shown']);
  });

  it('are shown where the stop of one is lost, and nothing was read of either in between', () => {
    const [first, second] = [
      { ...one, everyMinutes: 999 },
      { ...two, from: 17 },
    ];
    const register = shared(50_000, [first, second]);
    const [begin] = factsOf(second, register);
    const gone = { minute: 80, event: available(time(80), { evseId: 2 }) };
    const outcomes = outcomesOf([...factsOf(first, register), ...(begin ? [begin] : []), gone]);
    expect(outcomes).toEqual(['shown', ['no-end-value']]);
  });

  it('are never billed twice in silence', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const next = random(seed);
      const from = Math.floor(next() * 50);
      const first = { ...one, everyMinutes: 5 + Math.floor(next() * 80) };
      const second = {
        id: 2,
        evseId: 2,
        from,
        to: from + 20 + Math.floor(next() * 60),
        everyMinutes: 4 + Math.floor(next() * 80),
      };
      const register = shared(1 + Math.floor(next() * 1e6), [first, second]);
      const facts = [...factsOf(first, register), ...factsOf(second, register)];
      const outcomes = outcomesOf(facts, seed % 2 === 0 ? next : undefined);
      const isSeen = outcomes.every((outcome) => typeof outcome !== 'number');
      expect({ seed, isSeen, outcomes }).toEqual({ seed, isSeen: true, outcomes });
    }
  });
});

describe('two connectors with a meter each', () => {
  it('are billed, whatever their registers are', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const next = random(seed);
      const all = [1, 2].map((evseId): Charged => ({
        id: evseId,
        evseId,
        from: Math.floor(next() * 20),
        to: 40 + Math.floor(next() * 60),
        everyMinutes: 5,
      }));
      const facts = all.flatMap((charged) => {
        const begin = Math.floor(next() * 1e6);
        return factsOf(charged, (minute) => Math.floor(begin + flowed(charged, minute)));
      });
      expect({ seed, outcomes: outcomesOf(facts) }).toEqual({
        seed,
        outcomes: all.map(({ from, to }) => expect.closeTo(((to - from) * POWER_W) / 60, -1)),
      });
    }
  });

  it('are billed as well where both are new and charge alike, again and again', () => {
    const all = Array.from({ length: 8 }, (_, index): Charged => ({
      ...{ id: index + 1, evseId: (index % 2) + 1, everyMinutes: 5 },
      from: 60 * Math.floor(index / 2) + (index % 2) * 0.2,
      to: 60 * Math.floor(index / 2) + 30 + (index % 4) * 0.7 + (index % 2) * 0.2,
    }));
    const facts = all.flatMap((charged) => {
      const own = all.filter(({ evseId }) => evseId === charged.evseId);
      return factsOf(charged, (minute) => Math.floor(own.reduce((sum, each) => sum + flowed(each, minute), 0)));
    });
    expect(outcomesOf(facts).filter((outcome) => typeof outcome !== 'number')).toEqual([]);
  });

  it('are billed where nothing flowed at either, as in attempts that failed', () => {
    const attempts = [1, 2].map((id) => ({ id, evseId: id, from: id / 2, to: 5 + id / 2, everyMinutes: 30 }));
    const facts = attempts.flatMap((attempt) => factsOf(attempt, () => 2_000_000));
    // The first is final while of the second only the begin is known.
    expect(outcomesOf(facts.slice(0, 3))).toEqual([0, 0]);
    expect(outcomesOf(facts)).toEqual([0, 0]);
  });

  it('are billed where both count each session from 0', () => {
    const all = [1, 2].map((evseId): Charged => ({
      id: evseId,
      evseId,
      from: evseId / 6,
      to: 60 + evseId / 6,
      everyMinutes: 10,
    }));
    const facts = all.flatMap((charged) => factsOf(charged, (minute) => Math.floor(flowed(charged, minute))));
    expect(outcomesOf(facts)).toEqual([11_000, 11_000]);
  });
});
