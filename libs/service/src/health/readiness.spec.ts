import { describe, expect, it } from '@jest/globals';
import { Readiness } from './readiness.js';

describe('readiness', () => {
  it('holds when every check does', async () => {
    const readiness = new Readiness();
    readiness.open();
    readiness.add('a', () => true);
    readiness.add('b', () => Promise.resolve(true));
    expect(await readiness.read()).toEqual({
      ready: true,
      checks: { a: true, b: true, accepting: true },
      reasons: {},
    });
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
    expect((await readiness.read()).reasons['a']).toMatch(/\w/);
  });

  it('shows what fails and is not required, and holds', async () => {
    const readiness = new Readiness();
    readiness.open();
    readiness.add('log', () => Promise.reject(new Error('the broker is away')), { required: false });
    expect(await readiness.read()).toEqual({
      ready: true,
      checks: { log: false, accepting: true },
      reasons: { log: 'the broker is away' },
    });
  });

  it('does not hold when a check never answers', async () => {
    const readiness = new Readiness(20);
    readiness.add('a', () => new Promise(() => undefined));
    expect(await readiness.read()).toMatchObject({ ready: false, checks: { a: false } });
  });

  it('does not hold before the process takes work, nor once it is on its way out', async () => {
    const readiness = new Readiness();
    expect(await readiness.read()).toMatchObject({ ready: false, checks: { accepting: false } });
    readiness.open();
    expect(await readiness.read()).toMatchObject({ ready: true });
    readiness.close();
    expect(await readiness.read()).toMatchObject({ ready: false, checks: { accepting: false } });
  });
});
