import { describe, expect, it } from '@jest/globals';
import { contextOf, fits, recordingPorts } from '../testing/ports.js';
import { UnprocessableMessage } from '../station/message-context.js';
import { notifySettlement } from './notify-settlement.js';

const request = {
  pspRef: 'PSP-4711',
  status: 'Settled',
  settlementAmount: 12.3,
  settlementTime: '2026-03-01T13:00:00+01:00',
} as const;
const company = { name: 'ACME GmbH', address1: 'Hauptstraße 1', city: 'Berlin', country: 'DE' };

describe('what a terminal settled', () => {
  it('is told with its amount as a decimal, and answered with the receipt', async () => {
    const receipt = { receiptId: 'R-1', receiptUrl: 'https://pay.example/r' };
    const ports = recordingPorts({ receipt });
    const more = {
      transactionId: 'T1',
      vatNumber: 'DE123456789',
      vatCompany: { ...company, customData: { vendorId: 'x' } },
    };
    const answer = await notifySettlement({ ...request, ...more }, contextOf('2.1'), ports);
    expect(answer).toEqual(receipt);
    fits(['ocpp2.1'], 'NotifySettlement', answer);
    expect(ports.settled).toEqual([
      {
        ...{ pspRef: 'PSP-4711', status: 'Settled', amount: '12.3', settledAt: '2026-03-01T12:00:00.000Z' },
        ...{ transactionId: 'T1', vatNumber: 'DE123456789', vatCompany: company },
      },
    ]);
  });

  it('is answered without a receipt where there is none', async () => {
    const answer = await notifySettlement(
      { ...request, status: 'Canceled', settlementAmount: 0 },
      contextOf('2.1'),
      recordingPorts(),
    );
    expect(answer).toEqual({});
    fits(['ocpp2.1'], 'NotifySettlement', answer);
  });

  it.each([
    [0, '0'],
    [100, '100'],
    [0.1 + 0.2, '0.3'],
    [0.000_001, '0.000001'],
  ])('of %s is %s', async (settlementAmount, amount) => {
    const ports = recordingPorts();
    await notifySettlement({ ...request, settlementAmount }, contextOf('2.1'), ports);
    expect(ports.settled).toMatchObject([{ amount }]);
  });

  it.each([-1, 1e9, 1e300])('of %s is for a person: it is no amount', async (settlementAmount) => {
    const ports = recordingPorts();
    await expect(notifySettlement({ ...request, settlementAmount }, contextOf('2.1'), ports)).rejects.toThrow(
      UnprocessableMessage,
    );
    expect(ports.settled).toEqual([]);
  });
});
