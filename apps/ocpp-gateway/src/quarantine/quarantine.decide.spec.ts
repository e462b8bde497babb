import { describe, expect, it } from '@jest/globals';
import { quarantineIdOf, transactionOf, transactionWaitingFor } from './quarantine.decide.js';

describe('the id of a kept message', () => {
  const message = { operatorId: 'O', stationId: 'CP', action: 'StopTransaction', payload: '{}', latestStart: 5 };

  it('is the same for every sending of it', () => {
    expect(quarantineIdOf(message)).toBe(quarantineIdOf({ ...message }));
    expect(quarantineIdOf(message)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it.each([
    { operatorId: 'P' },
    { stationId: 'CP2' },
    { action: 'StartTransaction' },
    { payload: '{"a":1}' },
    { latestStart: 6 },
    { latestStart: null },
  ])('is another with %j', (other) => {
    expect(quarantineIdOf({ ...message, ...other })).not.toBe(quarantineIdOf(message));
  });
});

describe('the transaction of a kept message', () => {
  it.each([
    [{ transactionId: 7 }, {}, '7'],
    [{ transactionId: '7' }, {}, '7'],
    [{ transactionInfo: { transactionId: 'T-1' } }, {}, 'T-1'],
    [{ transactionInfo: null, transactionId: 'T-2' }, {}, 'T-2'],
    [{ idTag: 17 }, { transactionId: 12, idTagInfo: {} }, '12'],
    [{ transactionId: -1 }, {}, undefined],
    [{ transactionId: '-1' }, {}, undefined],
    [{ transactionId: 0 }, {}, undefined],
    [{ transactionId: null }, {}, undefined],
    [{ transactionInfo: { transactionId: 'x'.repeat(38) } }, {}, 'x'.repeat(38)],
    [{ transactionInfo: { transactionId: 'x'.repeat(256) } }, {}, undefined],
    [{ transactionInfo: { transactionId: '-7' } }, {}, undefined],
    [{ transactionId: 4_294_967_295 }, {}, undefined],
    [{ transactionId: '4294967295' }, {}, undefined],
    [{ transactionId: 'a\u0000' }, {}, undefined],
    [null, {}, undefined],
    ['text', {}, undefined],
  ])('of %j, answered %j, is %s', (payload, answer, expected) => {
    expect(transactionOf(payload, answer)).toBe(expected);
  });

  it('is waited for by its session, unless the message says nothing of what was used', () => {
    expect(transactionWaitingFor('TransactionEvent', { transactionInfo: { transactionId: 'T-1' } })).toBe('T-1');
    expect(transactionWaitingFor('NotifySettlement', { transactionId: 'T-1' })).toBeUndefined();
  });
});
