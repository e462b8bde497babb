import { describe, expect, it } from '@jest/globals';
import { Gate } from './gate.js';

const isDone = async (promise: Promise<void>) => {
  let done = false;
  void promise.then(() => (done = true));
  await new Promise((resolve) => setImmediate(resolve));
  return done;
};

describe('a gate', () => {
  it('is waited for until it opens, and again after it was shut', async () => {
    const gate = new Gate();
    const waiting = gate.passed();
    expect(await isDone(waiting)).toBe(false);
    gate.open();
    expect(await isDone(waiting)).toBe(true);
    gate.shut();
    expect(await isDone(gate.passed())).toBe(false);
  });

  it('or some work is waited for, whichever comes first', async () => {
    const never = new Promise(() => undefined);
    const gate = new Gate();
    expect(await isDone(gate.passedOr(never))).toBe(false);
    expect(await isDone(gate.passedOr(Promise.reject(new Error('failed'))))).toBe(true);
    const waiting = gate.passedOr(never);
    gate.open();
    expect(await isDone(waiting)).toBe(true);
  });
});
