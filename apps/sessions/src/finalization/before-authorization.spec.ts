import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { random } from '@chargemesh/testing/random';
import { at, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const RUNS = 400;
const POWER_W = 22_000;
const BEGIN_WH = 30_000;
const card = { idToken: { value: 'CARD1', type: 'ISO14443' }, trigger: 'Authorized' };
const time = (minute: number): string =>
  new Date(Date.parse(at('08:00')) + Math.round(minute * 60) * 1_000).toISOString();

/** A car that is plugged in at first, authorized later, and takes some power from some minute on. */
interface Charge {
  readonly authorizedAt: number;
  readonly chargesFrom: number;
  readonly end: number;
  readonly powerW: number;
  readonly everyMinutes: number;
}

function flagsOf({ authorizedAt, chargesFrom, end, powerW, everyMinutes }: Charge): readonly string[] {
  const wh = (minute: number): number => BEGIN_WH + Math.round((powerW * Math.max(0, minute - chargesFrom)) / 60);
  const told: { minute: number; tell: (seqNo: number) => StationEvent }[] = [
    { minute: authorizedAt, tell: (seqNo) => updated(time(authorizedAt), null, { ...card, seqNo }) },
  ];
  for (let minute = everyMinutes; minute < end; minute += everyMinutes)
    told.push({ minute, tell: (seqNo) => updated(time(minute), wh(minute), { seqNo }) });
  told.sort((a, b) => a.minute - b.minute);
  const events = told.map(({ tell }, index) => tell(index + 1));
  const plugged = started(time(0), BEGIN_WH, { seqNo: 0, idToken: undefined, trigger: 'CablePluggedIn' });
  const stopped = ended(time(end), wh(end), { seqNo: events.length + 1 });
  return new Play(at('20:00'))
    .each(plugged, ...events, stopped)
    .after(2_000)
    .session().flags;
}

const EVERY = [1, 5, 15, 10_000];

describe('a session that is billed from its authorization', () => {
  it('is shown where more flowed than its connector delivers since', () => {
    const charge = { authorizedAt: 110, chargesFrom: 104, end: 120, powerW: POWER_W, everyMinutes: 10_000 };
    expect(flagsOf(charge)).toContain('end-time-doubtful');
  });

  it('is never shown where nothing flowed before, whatever it takes and how often it is read', () => {
    const wrong = [];
    for (let seed = 1; seed <= RUNS; seed++) {
      const next = random(seed);
      const authorizedAt = next() * 120;
      const chargesFrom = authorizedAt + next() ** 3 * 10;
      const powerW = POWER_W * (0.05 + 0.95 * next());
      const charge = { authorizedAt, chargesFrom, end: chargesFrom + 3 + next() * 120, powerW };
      const all = { ...charge, everyMinutes: EVERY[seed % EVERY.length] ?? 1 };
      const flags = flagsOf(all);
      if (flags.includes('end-time-doubtful')) wrong.push({ seed, ...all, flags });
    }
    expect(wrong).toEqual([]);
  });

  it('is shown wherever so much flowed before that its connector cannot have delivered it since', () => {
    const unseen = [];
    for (let seed = 1; seed <= RUNS; seed++) {
      const next = random(seed);
      const authorizedAt = 30 + next() * 120;
      const charge = { authorizedAt, chargesFrom: authorizedAt - 6 - next() * 20, end: authorizedAt + 3 + next() * 60 };
      const all = { ...charge, powerW: POWER_W, everyMinutes: 10_000 };
      if (!flagsOf(all).includes('end-time-doubtful')) unseen.push({ seed, ...all });
    }
    expect(unseen).toEqual([]);
  });

  it('is not shown where a connector whose power was entered too low delivers as much later', () => {
    const charge = { authorizedAt: 60, chargesFrom: 60, end: 120, powerW: 1.8 * POWER_W, everyMinutes: 5 };
    expect(flagsOf(charge)).not.toContain('end-time-doubtful');
  });
});
