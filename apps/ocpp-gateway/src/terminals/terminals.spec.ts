import { describe, expect, it } from '@jest/globals';
import type { Event } from '@chargemesh/contracts';
import { NotDurable } from '@chargemesh/messaging';
import { Unanswerable } from '@chargemesh/ocpp';
import { append } from '../station/append.js';
import { MemoryProducer } from '../testing/fakes.js';
import { contextOf } from '../testing/ports.js';
import { terminals } from './terminals.js';

const settlement = { pspRef: 'P', status: 'Settled', amount: '1.5', settledAt: '2026-03-01T12:00:00.000Z' } as const;
const receipt = { receiptId: 'R-1' };

function terminalsThatAre(reply: 'answered' | 'silent' | 'away') {
  const [producer, asked] = [new MemoryProducer(), [] as Event[]];
  const ask = <Reply>(event: Event): Promise<Reply | undefined> => {
    asked.push(event);
    if (reply === 'away') return Promise.reject(new NotDurable('away'));
    return Promise.resolve(reply === 'answered' ? (receipt as Reply) : undefined);
  };
  const requests = { replyTo: 'test', ask };
  const appendTo = (events: readonly Event[]) => append(producer, events);
  return {
    port: terminals({ requests, append: appendTo, now: () => new Date('2026-03-01T12:00:00Z') }),
    producer,
    asked,
  };
}

describe('a settlement', () => {
  it('is answered with what payments says', async () => {
    const { port, producer } = terminalsThatAre('answered');
    expect(await port.settled(contextOf('2.1'), settlement)).toEqual(receipt);
    expect(producer.sent).toEqual([]);
  });

  it('is made durable by the gateway where nobody answers in time, as the same fact', async () => {
    const { port, producer, asked } = terminalsThatAre('silent');
    expect(await port.settled(contextOf('2.1'), settlement)).toEqual({});
    expect(producer.sent).toEqual(asked);
  });

  it('is not answered while the log takes nothing', async () => {
    const { port, producer } = terminalsThatAre('away');
    producer.failure = new NotDurable('away');
    await expect(port.settled(contextOf('2.1'), settlement)).rejects.toThrow(Unanswerable);
  });
});
