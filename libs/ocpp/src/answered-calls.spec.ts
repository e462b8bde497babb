import { describe, expect, it, jest } from '@jest/globals';
import { AnsweredCalls } from './answered-calls.js';

const call = (messageId: string, action: string, payload: object = {}) => ({
  messageId,
  action,
  payload,
  text: JSON.stringify([2, messageId, action, payload]),
});
const counter = () => {
  let count = 0;
  return jest.fn(async () => ({ answer: ++count }));
};

describe('a message sent again', () => {
  it('gets the answer it got before, without being handled again', async () => {
    const answered = new AnsweredCalls();
    const work = counter();
    const message = call('m-1', 'StartTransaction', { connectorId: 1 });
    await expect(answered.once(message, work)).resolves.toEqual({ answer: 1 });
    await expect(answered.once(message, work)).resolves.toEqual({ answer: 1 });
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('shares the answer that is still being worked out', async () => {
    const answered = new AnsweredCalls();
    const work = counter();
    const message = call('m-1', 'StartTransaction');
    await expect(Promise.all([answered.once(message, work), answered.once(message, work)])).resolves.toEqual([
      { answer: 1 },
      { answer: 1 },
    ]);
  });

  it('is handled when only its id is the same', async () => {
    const answered = new AnsweredCalls();
    const work = counter();
    await answered.once(call('m-1', 'StatusNotification', { a: 1 }), work);
    await expect(answered.once(call('m-1', 'StatusNotification', { a: 2 }), work)).resolves.toEqual({ answer: 2 });
    await expect(answered.once(call('m-1', 'MeterValues', { a: 2 }), work)).resolves.toEqual({ answer: 3 });
  });

  it('is handled again after a failure', async () => {
    const answered = new AnsweredCalls();
    const message = call('m-1', 'StopTransaction');
    await expect(answered.once(message, () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    await expect(answered.once(message, counter())).resolves.toEqual({ answer: 1 });
  });

  it('is handled when it is a boot or a heartbeat, and a boot begins the ids anew', async () => {
    const answered = new AnsweredCalls();
    const work = counter();
    const status = call('2', 'StatusNotification');
    for (const message of [call('1', 'BootNotification'), status, call('3', 'Heartbeat'), call('3', 'Heartbeat')]) {
      await answered.once(message, work);
    }
    await answered.once(call('1', 'BootNotification'), work);
    await expect(answered.once(status, work)).resolves.toEqual({ answer: 6 });
  });

  it('is handled again when too many came in between', async () => {
    const answered = new AnsweredCalls();
    const work = counter();
    for (const id of ['1', '2', '3', '4', '5']) await answered.once(call(id, 'MeterValues'), work);
    await expect(answered.once(call('5', 'MeterValues'), work)).resolves.toEqual({ answer: 5 });
    await expect(answered.once(call('1', 'MeterValues'), work)).resolves.toEqual({ answer: 6 });
  });

  it.each(['Authorize', 'DataTransfer', 'Heartbeat', 'SignCertificate'])(
    'is handled again when it asks something: %s',
    async (action) => {
      const answered = new AnsweredCalls();
      const work = counter();
      await answered.once(call('1', action), work);
      await expect(answered.once(call('1', action), work)).resolves.toEqual({ answer: 2 });
    },
  );

  it('is news when it comes minutes later: some stations give every message the same id', async () => {
    let now = 0;
    const answered = new AnsweredCalls(() => now);
    const work = counter();
    const status = call('1', 'StatusNotification', { status: 'Available' });
    await answered.once(status, work);
    now = 299_000;
    await expect(answered.once(status, work)).resolves.toEqual({ answer: 1 });
    now = 300_000;
    await expect(answered.once(status, work)).resolves.toEqual({ answer: 2 });
  });
});
