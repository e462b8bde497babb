import { describe, expect, it } from '@jest/globals';
import { Overdue } from './overdue.js';

describe('an event that takes too long although it is alone', () => {
  it('is tried three times and then waits while nothing else goes through either', () => {
    const overdue = new Overdue();
    expect(['a', 'a', 'a', 'a'].map((id) => overdue.judge(id))).toEqual(['again', 'again', 'wait', 'wait']);
  });

  it('is parked after three tries when others went through meanwhile', () => {
    const overdue = new Overdue();
    overdue.judge('a');
    overdue.succeeded(['b']);
    expect([overdue.judge('a'), overdue.judge('a')]).toEqual(['again', 'park']);
  });

  it('is not blamed for what went through before', () => {
    const overdue = new Overdue();
    overdue.succeeded(['b', 'c']);
    expect(['a', 'a', 'a'].map((id) => overdue.judge(id))).toEqual(['again', 'again', 'wait']);
  });

  it('begins anew when it went through in between', () => {
    const overdue = new Overdue();
    overdue.judge('a');
    overdue.judge('a');
    overdue.succeeded(['a']);
    expect([overdue.isSuspect('a'), overdue.judge('a')]).toEqual([false, 'again']);
  });

  it('is remembered among a bounded number of others', () => {
    const overdue = new Overdue();
    for (let id = 0; id < 1_500; id++) overdue.judge(String(id));
    expect([overdue.isSuspect('0'), overdue.isSuspect('1499')]).toEqual([false, true]);
  });
});
