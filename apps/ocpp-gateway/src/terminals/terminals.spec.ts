import { describe, expect, it } from '@jest/globals';
import type { Event } from '@chargemesh/contracts';
import { NotDurable } from '@chargemesh/messaging';
import { Unanswerable } from '@chargemesh/ocpp';
import { append } from '../station/append.js';
import { MemoryProducer } from '../testing/fakes.js';
import { NOW, contextOf, recordingPorts } from '../testing/ports.js';
import { ocpp21 } from '../ocpp2/messages.js';
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

describe('a settlement of a station', () => {
  const company = { name: 'ACME GmbH', address1: 'Hauptstraße 1', city: 'Berlin', country: 'DE' };

  async function said(more: object) {
    const { port, asked } = terminalsThatAre('answered');
    const ports = { ...recordingPorts(), terminals: port };
    const payload = { pspRef: 'P', status: 'Settled', settlementAmount: 1.5, settlementTime: NOW, ...more };
    const call = { action: 'NotifySettlement', messageId: 'm-1', payload, text: JSON.stringify(payload) };
    const leniency = { readingContext: () => ({ arrivedAt: new Date(NOW) }), wasRead: () => undefined };
    const defect = (_call: unknown, error: unknown) => {
      throw error;
    };
    const answer = await ocpp21.dispatch(
      { kind: 'call', ...call },
      { context: contextOf('2.1'), ports, leniency, defect },
    );
    return { answer, told: asked.map(({ data }) => data), kept: ports.kept, reasons: ports.reasons };
  }

  it.each([
    ['a company', { vatCompany: { ...company, name: 'n'.repeat(60), postalCode: 'p'.repeat(40) } }],
    ['a transaction', { transactionId: 't'.repeat(60) }],
    ['a receipt', { receiptId: 'r'.repeat(60) }],
    ['a VAT number', { vatNumber: 'DE 123 456 789 (Germany)' }],
  ])('that names %s longer than OCPP has room for is told with all of it', async (_, more) => {
    const { answer, told, reasons } = await said(more);
    expect([answer, reasons]).toEqual([receipt, []]);
    expect(told).toMatchObject([{ pspRef: 'P', amount: '1.5', ...more }]);
  });

  it.each([
    ['names what no event has room for', { pspRef: 'p'.repeat(256) }],
    ['says no amount that was taken', { settlementAmount: -1 }],
    ['says no reference', { pspRef: undefined }],
  ])('that %s is kept for a person, and answered so that the station goes on', async (_, more) => {
    const { answer, told, kept, reasons } = await said(more);
    expect([answer, told]).toEqual([{}, []]);
    expect(kept).toMatchObject([{ action: 'NotifySettlement' }]);
    expect(reasons).toEqual([expect.stringMatching(/\S/)]);
  });
});
