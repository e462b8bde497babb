import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { Clock, SystemClock } from './clock.js';
import { Schedule } from './schedule.js';
import { type TestPlatform, until, startTestPlatform } from './testing/platform.js';

const silent = pino({ level: 'silent' });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

class SetClock extends Clock {
  set: (milliseconds: number) => void = () => undefined;

  now(): Date {
    return new Date('2026-03-02T09:00:00Z');
  }

  override onSet(heard: (milliseconds: number) => void): void {
    this.set = heard;
  }
}

describe('the schedule', () => {
  let platform: TestPlatform;
  const schedules: Schedule[] = [];

  beforeAll(async () => {
    platform = await startTestPlatform();
  });

  afterEach(() => Promise.all(schedules.splice(0).map((schedule) => schedule.beforeApplicationShutdown())));
  afterAll(() => platform.stop());

  function schedule(clock: Clock = new SystemClock()): Schedule {
    const database = platform.platform.databaseOf('sessions');
    const made = new Schedule(database, clock, silent, 'sessions');
    schedules.push(made);
    return made;
  }

  it('does its work again and again, never twice at once', async () => {
    let [runs, atOnce, most] = [0, 0, 0];
    schedule().every('count', 1, async () => {
      most = Math.max(most, ++atOnce);
      await pause(10);
      atOnce -= 1;
      runs += 1;
    });
    await until(() => Promise.resolve(runs >= 3));
    expect(most).toBe(1);
  });

  it('tries again after a failure', async () => {
    let runs = 0;
    schedule().every('fail', 1, () => {
      runs += 1;
      return Promise.reject(new Error('not yet'));
    });
    await until(() => Promise.resolve(runs >= 3));
  });

  it('tries again a minute after a failure at the latest, however long its interval', async () => {
    jest.useFakeTimers();
    try {
      let runs = 0;
      schedule().every('daily', 86_400_000, () => Promise.reject(new Error(`not yet: ${++runs}`)));
      await jest.advanceTimersByTimeAsync(59_000);
      expect(runs).toBe(1);
      await jest.advanceTimersByTimeAsync(2_000);
      expect(runs).toBe(2);
    } finally {
      jest.useRealTimers();
    }
  });

  it('tells for how long a job that fails is overdue, until it works again', async () => {
    let fails = true;
    const one = schedule();
    one.every('fail', 1, () => (fails ? Promise.reject(new Error('not yet')) : Promise.resolve()), { exclusive: true });
    await until(() => Promise.resolve(one.overdue().some(([name, seconds]) => name === 'fail' && seconds > 1)));
    fails = false;
    await until(() => Promise.resolve(one.overdue().every(([, seconds]) => seconds < 1)));
  });

  it('lets one process at a time do exclusive work, and another go on when it has ended', async () => {
    let [first, second, atOnce, most] = [0, 0, 0, 0];
    const work = (count: () => void) => async () => {
      most = Math.max(most, ++atOnce);
      await pause(10);
      atOnce -= 1;
      count();
    };
    const [one, other] = [schedule(), schedule()];
    one.every(
      'alone',
      5,
      work(() => (first += 1)),
      { exclusive: true },
    );
    other.every(
      'alone',
      5,
      work(() => (second += 1)),
      { exclusive: true },
    );
    await until(() => Promise.resolve(first + second >= 6));
    expect(most).toBe(1);
    await one.beforeApplicationShutdown();
    const before = second;
    await until(() => Promise.resolve(second > before));
  });

  it('does what is due when it is due, also while it is done or another process has it', async () => {
    const committed = { onCommit: (action: () => void) => action() };
    const [one, other] = [schedule(), schedule()];
    const [found, due] = [[] as string[], new Map<string, Date>()];
    const hour = 3_600_000;
    const work = async () => {
      const now = new Date();
      for (const [what, at] of due) if (at <= now && due.delete(what)) found.push(what);
      await pause(20);
    };
    const make = (by: Schedule, what: string, inMs: number): void => {
      due.set(what, new Date(Date.now() + inMs));
      by.due(committed, 'find', due.get(what) as Date);
    };
    for (const by of [one, other]) by.every('find', hour, work, { exclusive: true });
    make(one, 'later', 600);
    make(one, 'soon', 30);
    await until(() => Promise.resolve(found.includes('soon')));
    make(one, 'meanwhile', 0);
    make(other, 'of another', 0);
    await until(() => Promise.resolve(found.length === 4));
    expect(found.toSorted()).toEqual(['later', 'meanwhile', 'of another', 'soon']);
  });

  it('does what has become due because the clock was set forward', async () => {
    const clock = new SetClock();
    const one = schedule(clock);
    let runs = 0;
    one.every('find', 3_600_000, () => Promise.resolve((runs += 1)));
    await until(() => Promise.resolve(runs === 1));
    one.due({ onCommit: (action: () => void) => action() }, 'find', new Date(clock.now().getTime() + 1_800_000));
    clock.set(1_800_000);
    await until(() => Promise.resolve(runs === 2));
  });

  it('lets the run in hand end at shutdown, and begins no other', async () => {
    let [began, ended] = [0, 0];
    const one = schedule();
    one.every('last', 1, async () => {
      began += 1;
      await pause(50);
      ended += 1;
    });
    await until(() => Promise.resolve(began === 1));
    await one.beforeApplicationShutdown();
    expect([began, ended]).toEqual([1, 1]);
    await pause(30);
    expect(began).toBe(1);
  });
});
