import { describe, expect, it } from '@jest/globals';
import type { ChargingState } from '@chargemesh/contracts';
import { samplesOf } from '../meter/sample.js';
import { at, register, values } from '../testing/facts.js';
import { periodsOf } from './periods.js';

const session = { sessionId: 's', operatorId: 'o' };
const ms = (time: string): number => Date.parse(at(time));
type Consumed = [time: string, energyWh: number];
type State = [time: string, state: ChargingState];

/** From ten to eleven, as `charging 10:00-10:30 500`. */
function periods(
  consumed: Consumed[],
  states: State[] = [],
  totalWh = consumed.at(-1)?.[1] ?? 0,
  { resolutionWh = 1, powers = [] as [time: string, powerW: number][] } = {},
): string[] {
  const samples = states.flatMap(([time, chargingState]) =>
    samplesOf(session, { at: at(time), chargingState, samples: [] }),
  );
  for (const [time, power] of powers)
    samples.push(
      ...samplesOf(session, {
        at: at(time),
        samples: [values(at(time), { measurand: 'Power.Active.Import', value: power, unit: 'W' })],
      }),
    );
  samples.sort((a, b) => a.at.getTime() - b.at.getTime());
  const readings = consumed.map(([time, energyWh]) => ({ at: ms(time), energyWh }));
  return periodsOf({ start: ms('10:00'), end: ms('11:00'), totalWh, maxPowerW: 22_000 }, readings, samples, {
    afterS: 300,
    powerW: 100,
    resolutionWh,
  }).map(
    ({ kind, startedAt, endedAt, energyWh }) =>
      `${kind} ${startedAt.slice(11, 16)}-${endedAt.slice(11, 16)} ${energyWh}`,
  );
}

describe('the periods of a session', () => {
  it.each<[string, Consumed[], State[], string[]]>([
    ['are one without any measurement', [], [], ['charging 10:00-11:00 0']],
    [
      'lie between the readings',
      [
        ['10:00', 0],
        ['10:30', 500],
        ['11:00', 800],
      ],
      [],
      ['charging 10:00-10:30 500', 'charging 10:30-11:00 300'],
    ],
    [
      'are cut where the state changes, and the energy flowed while it charged',
      [
        ['10:00', 0],
        ['11:00', 600],
      ],
      [
        ['10:00', 'Charging'],
        ['10:20', 'SuspendedEVSE'],
      ],
      ['charging 10:00-10:20 600', 'parking 10:20-11:00 0'],
    ],
    [
      'are parking once the car takes nothing more',
      [
        ['10:00', 0],
        ['10:30', 500],
        ['11:00', 500],
      ],
      [
        ['10:00', 'EVConnected'],
        ['10:10', 'Charging'],
        ['10:30', 'SuspendedEV'],
      ],
      ['charging 10:00-10:10 0', 'charging 10:10-10:30 500', 'parking 10:30-11:00 0'],
    ],
    [
      'are parking while the station holds the energy back, as in OCPP 1.6',
      [
        ['10:00', 0],
        ['10:30', 500],
        ['11:00', 500],
      ],
      [
        ['10:00', 'Charging'],
        ['10:30', 'SuspendedEVSE'],
      ],
      ['charging 10:00-10:30 500', 'parking 10:30-11:00 0'],
    ],
    [
      'are parking without a word of the state when nothing flowed for long',
      [
        ['10:00', 0],
        ['10:20', 500],
        ['10:24', 500],
        ['10:30', 500],
        ['11:00', 900],
      ],
      [],
      ['charging 10:00-10:20 500', 'parking 10:20-10:24 0', 'parking 10:24-10:30 0', 'charging 10:30-11:00 400'],
    ],
    [
      'are charging when nothing flowed for a short while',
      [
        ['10:00', 0],
        ['10:20', 500],
        ['10:24', 500],
        ['11:00', 900],
      ],
      [],
      ['charging 10:00-10:20 500', 'charging 10:20-10:24 0', 'charging 10:24-11:00 400'],
    ],
    [
      'are charging before the first energy',
      [
        ['10:00', 0],
        ['10:30', 0],
        ['11:00', 500],
      ],
      [],
      ['charging 10:00-10:30 0', 'charging 10:30-11:00 500'],
    ],
    [
      'are parking while no more than a trickle flows, however its steps fall',
      [
        ['10:00', 0],
        ['10:20', 3_000],
        ['10:22', 3_001],
        ['10:24', 3_001],
        ['10:30', 3_009],
        ['10:50', 3_030],
        ['11:00', 4_000],
      ],
      [],
      [
        ...['charging 10:00-10:20 3000', 'parking 10:20-10:22 1', 'parking 10:22-10:24 0', 'parking 10:24-10:30 8'],
        ...['parking 10:30-10:50 21', 'charging 10:50-11:00 970'],
      ],
    ],
    [
      'are parking once the car takes nothing, also where the station never said that it charges',
      [
        ['10:00', 0],
        ['10:30', 500],
        ['11:00', 500],
      ],
      [['10:30', 'SuspendedEV']],
      ['charging 10:00-10:30 500', 'parking 10:30-11:00 0'],
    ],
    [
      'are no parking before the first energy, though the car waits long for it',
      [
        ['10:00', 0],
        ['11:00', 900],
      ],
      [
        ['10:01', 'SuspendedEV'],
        ['10:30', 'Charging'],
      ],
      ['charging 10:00-10:01 0', 'charging 10:01-10:30 0', 'charging 10:30-11:00 900'],
    ],
    [
      'are no parking before the first word that it charges, which a station tells again when it is back',
      [
        ['10:00', 0],
        ['10:10', 1_203],
        ['10:30', 2_403],
        ['11:00', 6_003],
      ],
      [['10:27', 'Charging']],
      ['charging 10:00-10:10 1203', 'charging 10:10-10:30 1200', 'charging 10:30-11:00 3600'],
    ],
    [
      'are no parking before the first word of all, where it had charged',
      [
        ['10:00', 0],
        ['10:10', 1_203],
        ['10:30', 2_403],
        ['11:00', 6_003],
      ],
      [
        ['10:20', 'SuspendedEV'],
        ['10:25', 'Charging'],
      ],
      [
        ...['charging 10:00-10:10 1203', 'charging 10:10-10:20 800', 'parking 10:20-10:25 0'],
        ...['charging 10:25-10:30 400', 'charging 10:30-11:00 3600'],
      ],
    ],
    [
      'have the energy where it can have flowed, though nothing was read in between',
      [
        ['10:00', 0],
        ['11:00', 900],
      ],
      [
        ['10:00', 'Charging'],
        ['10:10', 'SuspendedEV'],
      ],
      ['charging 10:00-10:10 900', 'parking 10:10-11:00 0'],
    ],
    [
      'have the energy evenly where more came than can have flowed while it charged',
      [
        ['10:00', 0],
        ['11:00', 12_000],
      ],
      [
        ['10:00', 'Charging'],
        ['10:10', 'SuspendedEVSE'],
      ],
      ['charging 10:00-10:10 2000', 'charging 10:10-11:00 10000'],
    ],
    [
      'are parking where nothing flowed for long, though the station says that it charges',
      [
        ['10:00', 0],
        ['10:20', 900],
        ['10:40', 900],
        ['11:00', 900],
      ],
      [['10:00', 'Charging']],
      ['charging 10:00-10:20 900', 'parking 10:20-10:40 0', 'parking 10:40-11:00 0'],
    ],
    [
      'are parking by its word while the station holds the energy back, until it charges again',
      [
        ['10:00', 0],
        ['10:20', 900],
        ['10:40', 900],
        ['11:00', 1_800],
      ],
      [
        ['10:00', 'Charging'],
        ['10:20', 'SuspendedEVSE'],
        ['10:40', 'Charging'],
      ],
      ['charging 10:00-10:20 900', 'parking 10:20-10:40 0', 'charging 10:40-11:00 900'],
    ],
    [
      'add up to the total, though each is rounded',
      [
        ['10:00', 0],
        ['10:20', 0.4],
        ['10:40', 0.8],
        ['11:00', 1.2],
      ],
      [],
      ['charging 10:00-10:20 0', 'charging 10:20-10:40 1', 'charging 10:40-11:00 0'],
    ],
  ])('%s', (_, consumed, states, expected) => {
    const total = Math.round(consumed.at(-1)?.[1] ?? 0);
    expect(periods(consumed, states, total)).toEqual(expected);
  });

  describe('of a register that counts in steps', () => {
    const steps: Consumed[] = [
      ...[0, 10, 20, 30, 40, 50].map((minute): Consumed => [
        `10:${String(minute).padStart(2, '0')}`,
        minute < 30 ? 0 : 1_000,
      ]),
      ['11:00', 2_000],
    ];
    const kinds = (found: string[]) => found.map((period) => period.split(' ')[0]);

    it('are no parking between two steps', () => {
      expect(kinds(periods(steps, [], 2_000, { resolutionWh: 1_000 }))).not.toContain('parking');
    });

    it('are parking where the power says so', () => {
      const powers: [string, number][] = [
        ...steps.slice(0, 4).map(([time]): [string, number] => [time, 6_000]),
        ['10:40', 0],
        ['10:50', 0],
        ['11:00', 7_000],
      ];
      expect(
        periods(steps, [], 2_000, { resolutionWh: 1_000, powers }).filter((period) => period.startsWith('parking')),
      ).toEqual(['parking 10:40-10:50 0']);
    });

    it('are no parking while the power flows, though the register stands', () => {
      const powers = steps.map(([time]): [string, number] => [time, 900]);
      expect(kinds(periods(steps.slice(0, 5), [], 1_000, { powers }))).not.toContain('parking');
    });

    it('are parking by the word of the station, though a step falls into it', () => {
      const found = periods(
        steps,
        [
          ['10:00', 'Charging'],
          ['10:25', 'SuspendedEV'],
        ],
        2_000,
        { resolutionWh: 1_000 },
      );
      expect(kinds(found.slice(-4))).toEqual(Array(4).fill('parking'));
    });
  });

  it('carry the current and the power that were measured while charging', () => {
    const sampled = (time: string, powerW: number, currentA: number) =>
      values(
        at(time),
        { measurand: 'Power.Active.Import', value: powerW, unit: 'W' },
        { measurand: 'Current.Import', value: currentA, unit: 'A' },
      );
    const samples = [sampled('10:00', 11_000, 48), sampled('10:30', 5_000, 22), sampled('11:00', 0, 0.2)];
    const measured = samplesOf(session, { at: at('10:00'), samples });
    measured[1]!.chargingState = 'SuspendedEV';
    measured[0]!.chargingState = 'Charging';
    const readings = [
      { at: ms('10:00'), energyWh: 0 },
      { at: ms('10:30'), energyWh: 4_000 },
    ];
    expect(
      periodsOf({ start: ms('10:00'), end: ms('11:00'), totalWh: 4_000, maxPowerW: 22_000 }, readings, measured, {
        afterS: 300,
        powerW: 100,
        resolutionWh: 1,
      }),
    ).toEqual([
      {
        startedAt: at('10:00'),
        endedAt: at('10:30'),
        energyWh: 4_000,
        kind: 'charging',
        powerW: 8_000,
        currentA: 35,
      },
      { startedAt: at('10:30'), endedAt: at('11:00'), energyWh: 0, kind: 'parking' },
    ]);
  });

  it('are one without length for a session without length', () => {
    const moment = ms('10:00');
    expect(
      periodsOf({ start: moment, end: moment, totalWh: 7, maxPowerW: 22_000 }, [], [], {
        afterS: 300,
        powerW: 100,
        resolutionWh: 1,
      }),
    ).toEqual([{ startedAt: at('10:00'), endedAt: at('10:00'), energyWh: 7, kind: 'charging' }]);
  });

  it.each<[string, (index: number) => ChargingState]>([
    ['of one kind', () => 'Charging'],
    ['of changing kinds', (index) => (index % 2 === 0 ? 'Charging' : 'SuspendedEV')],
  ])('are no more than an event holds, however many measurements %s there are', (_, stateAt) => {
    const [start, count] = [ms('10:00'), 20_001];
    const samples = Array.from({ length: count }, (_item, index) => {
      const time = new Date(start + index * 1_000).toISOString();
      const fact = { at: time, chargingState: stateAt(index), samples: [register(time, index)] };
      return samplesOf(session, fact)[0] as ReturnType<typeof samplesOf>[number];
    });
    const readings = samples.map((sample) => ({ at: sample.at.getTime(), energyWh: sample.energyWh ?? 0 }));
    const end = start + (count - 1) * 1_000;
    const found = periodsOf({ start, end, totalWh: count - 1, maxPowerW: 22_000 }, readings, samples, {
      afterS: 300,
      powerW: 100,
      resolutionWh: 1,
    });
    expect(found.length).toBeLessThanOrEqual(2_500);
    expect(found.reduce((sum, { energyWh }) => sum + energyWh, 0)).toBe(count - 1);
    expect(found.slice(1).every(({ startedAt }, index) => startedAt === found[index]?.endedAt)).toBe(true);
    expect(found.at(-1)?.endedAt).toBe(new Date(end).toISOString());
  });
});
