import { describe, expect, it } from '@jest/globals';
import { type OcpiCdr, OcpiCdrInvalid, fromOcpiCdr } from './index.js';

type Dimensions = [type: string, volume: number][];
const period = (time: string, dimensions: Dimensions, tariff_id?: string) => ({
  start_date_time: `2026-01-07T${time}:00Z`,
  dimensions: dimensions.map(([type, volume]) => ({ type, volume })),
  tariff_id,
});
const cdr = (...charging_periods: OcpiCdr['charging_periods'][number][]): OcpiCdr => ({
  start_date_time: '2026-01-07T10:00:00Z',
  end_date_time: '2026-01-07T12:00:00Z',
  charging_periods,
});

function problemOf(bad: unknown): string {
  try {
    fromOcpiCdr(bad as OcpiCdr);
    return 'none';
  } catch (error) {
    if (error instanceof OcpiCdrInvalid) return error.code;
    throw error;
  }
}

describe('an OCPI CDR becomes a session', () => {
  it('whose periods end where the next one starts, in whatever order they came', () => {
    const session = fromOcpiCdr(cdr(period('11:00', [['PARKING_TIME', 1]]), period('10:00', [['ENERGY', 20.45]])));
    expect(
      session.periods.map(({ startedAt, endedAt, kind, energyWh }) => [startedAt, endedAt, kind, energyWh]),
    ).toEqual([
      ['2026-01-07T10:00:00Z', '2026-01-07T11:00:00Z', 'charging', 20_450],
      ['2026-01-07T11:00:00Z', '2026-01-07T12:00:00Z', 'parking', 0],
    ]);
  });

  it('with charging first where a period has both kinds of time', () => {
    const session = fromOcpiCdr(
      cdr(
        period('10:00', [
          ['ENERGY', 20],
          ['TIME', 1.25],
          ['PARKING_TIME', 0.75],
        ]),
      ),
    );
    expect(session.periods.map(({ endedAt, kind, energyWh }) => [endedAt, kind, energyWh])).toEqual([
      ['2026-01-07T11:15:00Z', 'charging', 20_000],
      ['2026-01-07T12:00:00Z', 'parking', 0],
    ]);
  });

  it('whose times are the timestamps, not hours of four decimals', () => {
    const session = fromOcpiCdr(cdr(period('10:00', [['TIME', 0.0833]]), period('10:05', [['PARKING_TIME', 1.9167]])));
    expect(session.periods.map(({ endedAt }) => endedAt)).toEqual(['2026-01-07T10:05:00Z', '2026-01-07T12:00:00Z']);
  });

  it('with power in watts and current as it is, and averages as such', () => {
    const [measured, averaged] = fromOcpiCdr(
      cdr(
        period('10:00', [
          ['ENERGY', 1],
          ['MIN_POWER', 3.5],
          ['MAX_POWER', 11],
          ['MIN_CURRENT', 6],
          ['MAX_CURRENT', 16],
        ]),
        period('11:00', [
          ['ENERGY_IMPORT', 1],
          ['POWER', 7],
          ['CURRENT', 10],
        ]),
      ),
    ).periods;
    expect(measured).toMatchObject({ minPowerW: 3500, maxPowerW: 11_000, minCurrentA: 6, maxCurrentA: 16 });
    expect(averaged).toMatchObject({ energyWh: 1000, powerW: 7000, currentA: 10 });
  });

  it('whose reservation expired when nothing followed it', () => {
    const reserved = period('10:00', [['RESERVATION_TIME', 1]]);
    expect(fromOcpiCdr(cdr(reserved)).reservation).toBe('expired');
    expect(fromOcpiCdr(cdr(reserved, period('11:00', [['ENERGY', 1]]))).reservation).toBe('used');
  });

  it('in which a reservation of no time reserved nothing', () => {
    const { periods } = fromOcpiCdr(
      cdr(
        period('10:00', [
          ['ENERGY', 5],
          ['RESERVATION_TIME', 0],
        ]),
      ),
    );
    expect(periods).toMatchObject([{ kind: 'charging', energyWh: 5_000 }]);
  });

  it('from the names of 2.1.1', () => {
    const { end_date_time, ...old } = cdr(period('10:00', [['ENERGY', 1]]));
    expect(fromOcpiCdr({ ...old, stop_date_time: end_date_time }).endedAt).toBe('2026-01-07T12:00:00Z');
  });

  it.each<[string, unknown, string]>([
    ['no end', { ...cdr(period('10:00', [])), end_date_time: undefined }, 'no-end'],
    ['no periods', cdr(), 'no-periods'],
    ['a period of nothing', { ...cdr(), charging_periods: [null] }, 'bad-cdr'],
    [
      'a period without dimensions',
      { ...cdr(), charging_periods: [{ start_date_time: '2026-01-07T10:00:00Z' }] },
      'bad-dimension',
    ],
    ['a volume of text', cdr(period('10:00', [['ENERGY', 'x' as unknown as number]])), 'bad-dimension'],
    ['nothing at all', null, 'bad-cdr'],
    [
      'a dimension of nothing',
      { ...cdr(), charging_periods: [{ ...period('10:00', []), dimensions: [null] }] },
      'bad-dimension',
    ],
    ['two tariffs', cdr(period('10:00', [], 'a'), period('11:00', [], 'b')), 'several-tariffs'],
  ])('but not with %s', (_, bad, code) => {
    expect(problemOf(bad)).toBe(code);
  });
});
