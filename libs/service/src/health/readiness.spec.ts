import { describe, expect, it } from '@jest/globals';
import { Readiness } from './readiness.js';

describe('readiness', () => {
  it('holds when every check does', async () => {
    const readiness = new Readiness();
    readiness.add('a', () => true);
    readiness.add('b', () => Promise.resolve(true));
    expect(await readiness.read()).toEqual({ ready: true, checks: { a: true, b: true, accepting: true } });
  });

  it.each([
    ['says no', () => false],
    ['throws', () => Promise.reject(new Error('no database'))],
    [
      'throws at once',
      () => {
        throw new Error('no');
      },
    ],
  ])('does not hold when a check %s', async (_, check) => {
    const readiness = new Readiness();
    readiness.add('a', check);
    expect(await readiness.read()).toMatchObject({ ready: false, checks: { a: false } });
  });

  it('does not hold when a check never answers', async () => {
    const readiness = new Readiness(20);
    readiness.add('a', () => new Promise(() => undefined));
    expect(await readiness.read()).toMatchObject({ ready: false, checks: { a: false } });
  });

  it('does not hold once the process is on its way out', async () => {
    const readiness = new Readiness();
    readiness.close();
    expect(await readiness.read()).toMatchObject({ ready: false, checks: { accepting: false } });
  });
});
