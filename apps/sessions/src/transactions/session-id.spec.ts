import { describe, expect, it } from '@jest/globals';
import { sessionIdOf } from './session-id.js';

const transaction = { operatorId: '0193aaaa-0000-7000-8000-000000000001', stationId: 'CS-1', transactionId: '42' };
const HEARD = '2026-11-26T10:00:00.000Z';

describe('the id of a session', () => {
  it('is the same whenever the log is read, and sorts by when the session was first heard of', () => {
    expect(sessionIdOf(transaction, HEARD)).toBe(sessionIdOf({ ...transaction }, HEARD));
    expect(sessionIdOf(transaction, HEARD) < sessionIdOf(transaction, '2026-11-26T10:00:00.001Z')).toBe(true);
    expect(sessionIdOf(transaction, HEARD)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
  });

  it('is another one for every transaction of a moment', () => {
    const ids = ['CS-1', 'CS-2'].flatMap((stationId) =>
      ['42', '43'].map((transactionId) => sessionIdOf({ ...transaction, stationId, transactionId }, HEARD)),
    );
    expect(new Set(ids).size).toBe(4);
  });
});
