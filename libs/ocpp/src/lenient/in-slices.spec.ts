import { describe, expect, it } from '@jest/globals';
import { readLeniently, readLenientlyInSlices } from '../schemas.js';
import type { Subprotocol } from '../payloads.js';
import { sliceLength } from '../slices.js';

const AT = '2026-03-01T12:00:00Z';
const context = { arrivedAt: new Date(AT), timeZone: 'Europe/Berlin' };
const many = <T>(make: (index: number) => T): T[] =>
  Array.from({ length: 3 * sliceLength + 1 }, (_, index) => make(index));
const value = (index: number) => ({ value: `${index},5`, unit: 'wh', phase: index % 7 === 0 ? 'L9' : 'l1' });
const timed = (index: number, sampledValue: unknown) => ({
  timestamp: `2026-03-01 11:59:${10 + (index % 50)}`,
  sampledValue,
});
const stop = { transactionId: '9', meterStop: '5000 Wh', idTag: 'CARD1\u0000\u0000', timestamp: AT };

const PAYLOADS: [string, Subprotocol, string, object][] = [
  [
    'many moments',
    'ocpp1.6',
    'MeterValues',
    { connectorId: '1', meterValue: many((index) => timed(index, [value(index)])) },
  ],
  ['many values of one moment', 'ocpp1.6', 'MeterValues', { connectorId: 1, meterValue: timed(0, many(value)) }],
  [
    'parts that cannot be read',
    'ocpp1.6',
    'MeterValues',
    {
      connectorId: 1,
      meterValue: many((index) => (index % 3 === 0 ? null : timed(index, index % 5 === 0 ? [] : [value(index)]))),
    },
  ],
  [
    'a list before and after other members',
    'ocpp1.6',
    'StopTransaction',
    {
      ...{ extra: 1, transaction_data: many((index) => timed(index, [value(index)])) },
      ...stop,
    },
  ],
  [
    'a long list under another name',
    'ocpp2.0.1',
    'TransactionEvent',
    {
      ...{ eventType: 'updated', timestamp: AT, triggerReason: 'MeterValuePeriodic', seqNo: '7' },
      ...{
        transactionInfo: { transactionId: 'T' },
        meterValues: many((index) => timed(index, [{ value: `${index}` }])),
      },
    },
  ],
];

describe('a payload that is read in slices', () => {
  it.each(PAYLOADS)('is read as at once: %s', async (_, version, action, payload) => {
    const atOnce = readLeniently(version, action, 'Request', payload, context);
    expect(await readLenientlyInSlices(version, action, 'Request', payload, context)).toEqual(atOnce);
    expect(atOnce.deviations.length).toBeGreaterThan(1);
  });

  it('is refused as at once where nothing can be read', async () => {
    const payload = { connectorId: 1, meterValue: many(() => null) };
    const reading = readLenientlyInSlices('ocpp1.6', 'MeterValues', 'Request', payload, context);
    const atOnce = () => readLeniently('ocpp1.6', 'MeterValues', 'Request', payload, context);
    expect(atOnce).toThrow('cannot be read');
    await expect(reading).rejects.toThrow('cannot be read');
  });
});
