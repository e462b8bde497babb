import { describe, expect, it } from '@jest/globals';
import type { ChargingState, SampledValue } from '@chargemesh/contracts';
import { at, register, values } from '../testing/facts.js';
import { REGISTER_UNREADABLE, type Sample, merged, readSamples, samplesOf, valuesIn } from './sample.js';

const session = { sessionId: 's', operatorId: 'o' };
const value = (measurand: string, figure: number, more: Partial<SampledValue> = {}) => ({
  ...{ measurand, value: figure },
  ...more,
});
const row = (...measured: SampledValue[]) =>
  samplesOf(session, { at: at('10:00'), samples: [values(at('10:00'), ...measured)] })[0];

describe('the row of a sample', () => {
  it('has a column for each of the usual figures', () => {
    const phases = ['L1', 'L2', 'L3'];
    const measured = [
      value('Energy.Active.Import.Register', 1_234.5, { context: 'Sample.Periodic', location: 'Outlet' }),
      value('Power.Active.Import', 11_040),
      ...phases.map((phase, index) => value('Current.Import', 16 + index, { phase })),
      ...phases.map((phase, index) => value('Voltage', 230 + index, { phase: `${phase}-N` })),
      value('SoC', 51, { location: 'EV' }),
    ];
    expect(row(...measured)).toMatchObject({
      ...{
        energyWh: 1_234.5,
        powerW: 11_040,
        currentA: null,
        voltageV: null,
        soc: 51,
        beginWh: null,
        endWh: null,
        others: null,
      },
      ...{ currentL1A: 16, currentL2A: 17, currentL3A: 18, voltageL1V: 230, voltageL2V: 231, voltageL3V: 232 },
    });
  });

  it.each([
    ['energy given back', value('Energy.Active.Export.Register', 1)],
    ['the current in the neutral wire', value('Current.Import', 1, { phase: 'N' })],
    ['the voltage between phases', value('Voltage', 400, { phase: 'L1-L2' })],
    ['the temperature', value('Temperature', 20)],
    ['a register that the car reads', value('Energy.Active.Import.Register', 1, { location: 'EV' })],
    ['a register in a unit that nobody knows', value('Energy.Active.Import.Register', 1, { unit: 'Ws' })],
    ['a register in a unit of power', value('Energy.Active.Import.Register', 1, { unit: 'W' })],
    ['a current in volts', value('Current.Import', 1, { unit: 'V' })],
    ['a value that is too large for its column', value('Current.Import', 3.4028235e38)],
    ['a value that is too small for its column', value('Voltage', 1e-46)],
    ['a register beyond all counters', value('Energy.Active.Import.Register', 2 ** 63)],
  ])('keeps %s beside the columns', (_, measured) => {
    expect(row(measured)).toMatchObject({ energyWh: null, currentA: null, voltageV: null, others: [measured] });
  });

  it.each([
    ['a register that may be several numbers', 'Energy.Active.Import.Register', '1,234', [REGISTER_UNREADABLE]],
    ['a register of a station without a meter', 'Energy.Active.Import.Register', 'NaN', []],
    ['another measurand', 'Voltage', '1,234', []],
  ])('keeps %s as it was written', (_what, measurand, written, flags) => {
    const unread = [{ measurand, written, unit: 'kWh' }];
    const samples = [{ at: at('10:00'), values: [], unread }];
    const read = readSamples(session, { at: at('10:00'), samples });
    expect(read).toMatchObject({ samples: [{ energyWh: null, voltageV: null, others: unread }], flags });
  });

  it('loses no value when two have the same column', () => {
    const second = value('Voltage', 231, { phase: 'L1' });
    expect(row(value('Voltage', 230, { phase: 'L1-N' }), second)).toMatchObject({ voltageL1V: 230, others: [second] });
  });

  it('knows what the register was read for', () => {
    const samples = [register(at('10:00'), 1, 'Transaction.Begin'), register(at('11:00'), 2, 'Transaction.End')];
    expect(samplesOf(session, { at: at('11:00'), samples })).toMatchObject([
      { beginWh: 1, endWh: null, energyWh: null },
      { beginWh: null, endWh: 2, energyWh: null },
    ]);
  });

  it('has the sum of the phases, also where each has a sample of its own', () => {
    const phases = ['L1', 'L2', 'L3'].map((phase) => value('Energy.Active.Import.Register', 3_000, { phase }));
    const samples = phases.map((phase) => values(at('10:00'), phase));
    const rows = samplesOf(session, { at: at('10:00'), samples });
    const sum = { series: 'import/L1+L2+L3', as: 'energyWh', wh: 9_000 };
    expect(rows.map(({ energyWh, registers }) => ({ energyWh, registers }))).toEqual(
      rows.map(() => ({ energyWh: null, registers: [sum] })),
    );
    expect(rows.flatMap(({ others }) => others)).toEqual(phases);
  });

  it('loses nothing by a name that every object has', () => {
    const measured = [value('constructor', 1), value('Current.Import', 1, { phase: 'toString' })];
    expect(row(...measured)).toMatchObject({ others: measured });
  });

  it('is there for a charging state alone as well', () => {
    expect(samplesOf(session, { at: at('10:00'), chargingState: 'Charging', samples: [] })).toMatchObject([
      { at: new Date(at('10:00')), chargingState: 'Charging', energyWh: null },
    ]);
  });

  it('is the same from two of one moment, whichever came first', () => {
    const [a, b] = [row(value('SoC', 50), value('Temperature', 20)), row(value('Voltage', 230), value('SoC', 51))];
    if (!a || !b) throw new Error('there are no rows');
    const both = { soc: 51, voltageV: 230, others: [value('Temperature', 20)] };
    expect(merged(a, b)).toMatchObject(both);
    expect(merged(b, a)).toEqual(merged(a, b));
    expect(merged(a, a)).toEqual(a);
  });

  it.each([
    ['by the number of its message', { seqNo: 2 }, { seqNo: 3 }],
    ['by when it came, where messages have no numbers', { receivedAt: at('10:01') }, { receivedAt: at('10:02') }],
  ])('has the state that was said last of a moment, %s', (_, first, last) => {
    const said = (chargingState: ChargingState, order: object) =>
      samplesOf(session, { at: at('10:00'), chargingState, samples: [], ...order })[0] as Sample;
    for (const [one, other] of [
      ['Charging', 'SuspendedEV'],
      ['SuspendedEV', 'Charging'],
    ] as const) {
      const [a, b] = [said(one, first), said(other, last)];
      expect(merged(a, b).chargingState).toBe(other);
      expect(merged(b, a)).toEqual(merged(a, b));
    }
  });
});

describe('the phases of a register that are said in meter values of one moment', () => {
  it.each(['Voltage', 'Energy.Active.Export.Register', 'Energy.Active.Export.Interval', 'Energy.Active.Net'])(
    'are added up, whatever stands beside one of them (%s)',
    (measurand) => {
      const phases = ['L1', 'L2', 'L3'].map((phase) => value('Energy.Active.Import.Register', 1_000, { phase }));
      const [first, ...others] = phases.map((phase) => [phase]);
      const samples = [[...(first ?? []), value(measurand, 5)], ...others].map((own) => values(at('10:00'), ...own));
      const all = samplesOf(session, { at: at('10:00'), samples });
      expect(all.flatMap((one) => valuesIn(one, 'import/L1+L2+L3', 'energyWh'))).toContain(3_000);
    },
  );
});
