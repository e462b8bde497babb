import { describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { Shutdown } from './shutdown.js';

const silent = pino({ level: 'silent' });

describe('a shutdown', () => {
  it('ends things in the reverse order of their beginning, one after the other', async () => {
    const order: string[] = [];
    const shutdown = new Shutdown(1_000, silent);
    const slowly = (name: string) => async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(name);
    };
    for (const name of ['database', 'log', 'application']) shutdown.add(name, slowly(name));
    expect(await shutdown.run()).toBe(true);
    expect(order).toEqual(['application', 'log', 'database']);
  });

  it('goes on when a step fails', async () => {
    const end = jest.fn();
    const shutdown = new Shutdown(1_000, silent);
    shutdown.add('database', end);
    shutdown.add('log', () => Promise.reject(new Error('gone')));
    shutdown.add('readiness', () => {
      throw new Error('gone');
    });
    expect(await shutdown.run()).toBe(true);
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('happens once, however often it is asked for', async () => {
    const end = jest.fn();
    const shutdown = new Shutdown(1_000, silent);
    shutdown.add('database', end);
    await Promise.all([shutdown.run(), shutdown.run()]);
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('does not wait longer than its bound, and says so', async () => {
    const shutdown = new Shutdown(20, silent);
    shutdown.add('log', () => new Promise(() => undefined));
    expect(await shutdown.run()).toBe(false);
  });
});
