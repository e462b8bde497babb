import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Turns } from './turns.js';

describe('turns', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const held = () => {
    let go = (): void => undefined;
    const work = (): Promise<void> => new Promise<void>((resolve) => (go = resolve));
    return { work, go: () => go() };
  };

  it('are taken in their order, so many at once', async () => {
    const turns = new Turns(1);
    const done: string[] = [];
    const first = held();
    const all = [
      turns.take(first.work).then(() => done.push('first')),
      turns.take(() => Promise.resolve(done.push('second'))),
      turns.take(() => Promise.resolve(done.push('third'))),
    ];
    expect(done).toEqual([]);
    first.go();
    await Promise.all(all);
    expect(done.toSorted()).toEqual(['first', 'second', 'third']);
    expect(done.indexOf('second')).toBeLessThan(done.indexOf('third'));
  });

  it('are not waited for for long, and go on without who gave up', async () => {
    const turns = new Turns(1);
    const first = held();
    const running = turns.take(first.work);
    const work = jest.fn(() => Promise.resolve());
    const late = expect(turns.take(work)).rejects.toMatchObject({ code: 'unavailable' });
    await jest.advanceTimersByTimeAsync(5_000);
    await late;
    first.go();
    await running;
    expect(work).not.toHaveBeenCalled();
    await expect(turns.take(() => Promise.resolve('now'))).resolves.toBe('now');
  });
});
