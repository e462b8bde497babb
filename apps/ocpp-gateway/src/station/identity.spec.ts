import { describe, expect, it } from '@jest/globals';
import type { Event } from '@chargemesh/contracts';
import { meterValues } from '../ocpp16/meter-values.js';
import { startTransaction } from '../ocpp16/start-transaction.js';
import { statusNotification } from '../ocpp16/status-notification.js';
import { stopTransaction } from '../ocpp16/stop-transaction.js';
import { transactionEvent } from '../ocpp2/transaction-event.js';
import { contextOf, recordingPorts } from '../testing/ports.js';
import type { MessageContext } from './message-context.js';
import type { Ports } from './ports.js';

type Handler = (request: never, context: MessageContext, ports: Ports) => unknown;

const AT = '2026-03-01T11:59:00Z';
const sample16 = (value: string, timestamp = AT) => ({ timestamp, sampledValue: [{ value }] });
const register2 = (value: number, context = 'Sample.Periodic') => [
  { timestamp: AT, sampledValue: [{ value, context }] },
];
const interval2 = (value: number) => [
  { timestamp: AT, sampledValue: [{ value, measurand: 'Energy.Active.Import.Interval' }] },
];
const event2 = (eventType: string, more: object = {}) => ({
  ...{ eventType, timestamp: AT, triggerReason: 'Trigger', seqNo: 3, transactionInfo: { transactionId: 'T-1' } },
  ...more,
});
const start16 = { connectorId: 1, idTag: 'CARD1', timestamp: AT, meterStart: 1_000 };
const stop16 = { transactionId: 9, timestamp: AT, meterStop: 5_000 };
const values16 = { transactionId: 9, connectorId: 1, meterValue: [sample16('2000')] };

/** What a station may say of one moment of one transaction, and what else it may say of the same moment. */
const FACTS: [string, Handler, MessageContext['ocppVersion'], object, object[]][] = [
  [
    'a 1.6 start',
    startTransaction as Handler,
    '1.6',
    start16,
    [
      { ...start16, meterStart: 1_500 },
      { ...start16, idTag: 'CARD2' },
      { ...start16, reservationId: 4 },
    ],
  ],
  [
    'a 1.6 stop',
    stopTransaction as Handler,
    '1.6',
    stop16,
    [
      { ...stop16, meterStop: 4_000 },
      { ...stop16, reason: 'PowerLoss' },
      { ...stop16, idTag: 'CARD1' },
      { ...stop16, transactionData: [sample16('3000')] },
      { ...stop16, transactionData: [sample16('3000', '2026-03-01T11:58:00Z')] },
    ],
  ],
  [
    'a 1.6 meter value',
    meterValues as Handler,
    '1.6',
    values16,
    [
      { ...values16, meterValue: [sample16('2100')] },
      { ...values16, meterValue: [sample16('2000'), sample16('2100')] },
    ],
  ],
  ...['Started', 'Updated', 'Ended'].flatMap((type) =>
    (['2.0.1', '2.1'] as const).map((version): (typeof FACTS)[number] => [
      `a ${version} ${type}`,
      transactionEvent as Handler,
      version,
      event2(type, { meterValue: register2(5_000) }),
      [
        event2(type),
        event2(type, { meterValue: register2(4_000) }),
        event2(type, { meterValue: register2(5_000, 'Transaction.End') }),
        event2(type, { meterValue: interval2(300) }),
        event2(type, { meterValue: interval2(200) }),
        event2(type, { meterValue: register2(5_000), seqNo: 4 }),
        event2(type, { meterValue: register2(5_000), triggerReason: 'EVDeparted' }),
        event2(type, { meterValue: register2(5_000), idToken: { idToken: 'CARD1', type: 'ISO14443' } }),
        event2(type, { transactionInfo: { transactionId: 'T-1', stoppedReason: 'PowerLoss' } }),
      ],
    ]),
  ),
];

async function idOf(
  handler: Handler,
  request: object,
  context: MessageContext,
  ports = recordingPorts(),
): Promise<string> {
  await handler(request as never, context, ports);
  return (ports.published.at(-1) as Event).id;
}

describe('the identity of an event of a transaction', () => {
  it.each(FACTS)('of %s is the same in every sending of it', async (_, handler, version, request) => {
    const ports = recordingPorts();
    const calls = [
      contextOf(version),
      contextOf(version, { messageId: 'm-2' }),
      contextOf(version, { messageId: 'm-2', epoch: 8, receivedAt: '2026-03-02T00:00:00.000Z' }),
    ];
    const ids: string[] = [];
    for (const context of calls) ids.push(await idOf(handler, request, context, ports));
    expect(new Set(ids).size).toBe(1);
  });

  it.each(FACTS)('of %s is another one where it says something else', async (_, handler, version, request, others) => {
    const ports = recordingPorts();
    const ids: string[] = [];
    // By one message id of one connection too: not every station counts them.
    for (const said of [request, ...others]) ids.push(await idOf(handler, said, contextOf(version), ports));
    expect(new Set(ids).size).toBe(1 + others.length);
  });

  it('of a message that was not answered is the same when it is sent again as an offline one', async () => {
    const [first, again] = [event2('Ended'), event2('Ended', { offline: true })];
    const handler = transactionEvent as Handler;
    expect(await idOf(handler, again, contextOf('2.1'))).toBe(await idOf(handler, first, contextOf('2.1')));
  });
});

describe('the identity of a status without a time', () => {
  const idOfStatus = (status: string, more: Partial<MessageContext> = {}) =>
    idOf(statusNotification as Handler, { connectorId: 1, errorCode: 'NoError', status }, contextOf('1.6', more));

  it('is another one where it says something else by the same message id', async () => {
    expect(await idOfStatus('Available')).not.toBe(await idOfStatus('Charging'));
  });

  it('is another one where it says the same later, by the same message id too', async () => {
    const later = { receivedAt: '2026-03-01T12:05:00.000Z' };
    expect(await idOfStatus('Available', later)).not.toBe(await idOfStatus('Available'));
  });
});
