import { describe, expect, it } from '@jest/globals';
import type { MeterSample } from '@chargemesh/contracts';
import { stopTransaction } from '../ocpp16/stop-transaction.js';
import { contextOf, recordingPorts } from '../testing/ports.js';
import { partsOf } from './in-parts.js';

const sample = (length: number): MeterSample => ({
  at: '2026-03-01T12:00:00.000Z',
  values: [],
  signed: [{ data: 'x'.repeat(length) }],
});

describe('samples in parts of one event each', () => {
  it('are all there, in their order, few enough and short enough', async () => {
    const samples = [sample(1), sample(399_000), ...Array.from({ length: 2_500 }, () => sample(200))];
    const parts = await partsOf(samples);
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(1_000);
      expect(JSON.stringify(part).length).toBeLessThan(410_000);
    }
    expect(parts.flat()).toEqual(samples);
  });

  it('are one part where there is none, or one', async () => {
    expect(await partsOf([])).toEqual([[]]);
    expect(await partsOf([sample(399_000)])).toEqual([[sample(399_000)]]);
  });
});

it('a stop with the readings of a day is published in events that the log takes', async () => {
  const measurands = ['Voltage', 'Current.Import', 'Power.Active.Import', 'Energy.Active.Import.Register', 'SoC'];
  const sampledValue = [...measurands, 'Temperature', 'Frequency', 'Current.Offered'].map((measurand) => ({
    ...{ value: '230.123', context: 'Sample.Periodic', format: 'Raw', location: 'Outlet', measurand },
  }));
  const transactionData = Array.from({ length: 1_440 }, (_, minute) => ({
    timestamp: new Date(Date.UTC(2026, 1, 28, 12, minute)).toISOString(),
    sampledValue,
  }));
  const ports = recordingPorts();
  const stop = { transactionId: 9, meterStop: 3_000, timestamp: '2026-03-01T12:00:00Z', transactionData };
  expect(JSON.stringify(stop).length).toBeGreaterThan(1_000_000);
  await stopTransaction(stop as never, contextOf('1.6'), ports);
  const sizes = ports.published.map((event) => JSON.stringify(event).length);
  expect(Math.max(...sizes)).toBeLessThan(500_000);
  const samples = ports.published.flatMap(({ data }) => data['samples'] as MeterSample[]);
  expect(samples).toHaveLength(1_441);
});
