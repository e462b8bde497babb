import { describe, expect, it } from '@jest/globals';
import type { DatabaseSession } from './database-session.js';
import { ConnectionLost } from './retryable.js';
import { SessionLocks } from './session-locks.js';

type Answer = (sql: string, end: () => void) => boolean;

/** Locks whose sessions answer so, since no server can be brought to it, and how many sessions were made. */
function locksOf(answer: Answer): { locks: SessionLocks; opened: AbortController[] } {
  const opened: AbortController[] = [];
  const open = (): Promise<DatabaseSession> => {
    const over = new AbortController();
    opened.push(over);
    const end = (): void => over.abort();
    const query = (sql: string) => Promise.resolve().then(() => [{ done: answer(sql, end) }]);
    const session = { lost: over.signal, query, close: () => Promise.resolve(end()) };
    return Promise.resolve(session as unknown as DatabaseSession);
  };
  return { locks: new SessionLocks(open), opened };
}

const nothing = () => Promise.resolve('done');

describe('session locks', () => {
  it('share one session as long as it lasts', async () => {
    const { locks, opened } = locksOf(() => true);
    expect(await Promise.all([locks.run('a', nothing), locks.run('b', nothing)])).toEqual(['done', 'done']);
    expect(opened.map(({ signal }) => signal.aborted)).toEqual([false]);
  });

  it.each<[string, Answer]>([
    ['was not held', (sql) => !sql.includes('unlock')],
    [
      'cannot be given back',
      (sql) => {
        if (sql.includes('unlock')) throw new Error('cancelled');
        return true;
      },
    ],
  ])('end their session when one %s, and have another one for the next', async (_, answer) => {
    const { locks, opened } = locksOf(answer);
    expect(await locks.run('a', nothing)).toBe('done');
    expect(await locks.run('a', nothing)).toBe('done');
    expect(opened.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });

  it('begin no work under one that went with its session, or of which nobody knows', async () => {
    const worked: string[] = [];
    const work = () => Promise.resolve(worked.push('work'));
    const gone = locksOf((_, end) => {
      end();
      return true;
    });
    await expect(gone.locks.run('a', work)).rejects.toThrow(ConnectionLost);
    const unknown = locksOf(() => {
      throw new Error('cancelled');
    });
    await expect(unknown.locks.run('a', work)).rejects.toThrow('cancelled');
    expect([unknown.opened[0]?.signal.aborted, worked]).toEqual([true, []]);
  });

  it('are none after the end', async () => {
    const { locks } = locksOf(() => true);
    await locks.close();
    await expect(locks.run('a', nothing)).rejects.toThrow(ConnectionLost);
  });
});
