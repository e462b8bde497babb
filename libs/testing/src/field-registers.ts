/** A session as stations of the field report its register, and what is right for it. */
export interface FieldRegisters {
  readonly name: string;
  /** The public report that it is after; without one it is a neighbour of those. */
  readonly report?: string;
  /** The registers taken as begin and end, in Wh; null: the stop is lost and the connector Available at the end. */
  readonly start: number;
  readonly stop: number | null;
  /** Minutes after the start and registers in Wh. */
  readonly readings: readonly (readonly [minutes: number, register: number])[];
  readonly minutes: number;
  /** How far the clock is off, at the start only. */
  readonly startClockMinutes?: number;
  /** What is billed in Wh, or that it is held. */
  readonly energyWh: number | 'held';
  /** Flags that must be there. */
  readonly flags?: readonly string[];
  /** Readings name no transaction that is known. */
  readonly withoutTransaction?: boolean;
  /** OCPP 2.x: the register comes for each of three phases. */
  readonly phases?: boolean;
  /** OCPP 2.x: no register, but what flowed since the reading before. */
  readonly intervals?: boolean;
  /** OCPP 2.x: how the station spells kWh. */
  readonly unit?: string;
}

/** At a connector of 22 kW whose operator believes 1 kWh and twice the power; the figures hold for 100 kWh as well. */
export const FIELD_REGISTERS: readonly FieldRegisters[] = [
  {
    name: 'zero once, and back',
    report: 'lbbrhzn/ocpp#374, #1756',
    ...{
      start: 894_000,
      readings: [
        [15, 895_000],
        [30, 0],
        [45, 896_900],
      ],
      stop: 898_000,
      minutes: 60,
      energyWh: 4_000,
    },
  },
  {
    name: 'zero last before the stop',
    report: 'lbbrhzn/ocpp#374',
    ...{
      start: 894_000,
      readings: [
        [15, 895_000],
        [45, 0],
      ],
      stop: 898_000,
      minutes: 60,
      energyWh: 4_000,
    },
  },
  {
    name: 'zero once, the stop lost',
    report: 'lbbrhzn/ocpp#1756',
    ...{
      start: 894_000,
      readings: [
        [15, 895_000],
        [30, 0],
        [45, 896_900],
      ],
      stop: null,
      minutes: 60,
      energyWh: 2_900,
    },
  },
  {
    name: 'zero once on a small register',
    report: 'lbbrhzn/ocpp#374',
    ...{
      start: 20_000,
      readings: [
        [15, 21_000],
        [30, 0],
        [45, 23_000],
      ],
      stop: 24_000,
      minutes: 60,
      energyWh: 4_000,
    },
  },
  {
    name: 'a begin of zero and the lifetime from then on',
    report: 'citrineos/citrineos-core#1060',
    ...{
      start: 0,
      readings: [
        [1, 909_948],
        [5, 910_000],
      ],
      stop: 910_031,
      minutes: 10,
      energyWh: 'held',
    },
  },
  {
    name: 'a begin of zero and the lifetime at the end',
    report: 'mobilityhouse/ocpp#186',
    ...{ start: 0, readings: [], stop: 910_031, minutes: 60, energyWh: 'held' },
  },
  {
    name: 'readings that count the session between registers that count the lifetime',
    report: 'lbbrhzn/ocpp#919, matth-x/MicroOcpp#66',
    ...{
      start: 1_000_000,
      readings: [
        [15, 0],
        [30, 2_500],
        [45, 5_000],
      ],
      stop: 1_005_146,
      minutes: 60,
      energyWh: 5_146,
    },
  },
  {
    name: 'readings in kWh that say Wh',
    report: 'lbbrhzn/ocpp#934',
    ...{
      start: 1_000_000,
      readings: [
        [20, 1_001.5],
        [40, 1_004],
      ],
      stop: 1_005_146,
      minutes: 60,
      energyWh: 5_146,
    },
  },
  {
    name: 'two registers in turn',
    report: 'evcc-io/evcc#29374',
    start: 500_000,
    readings: [
      [10, 515_500],
      [20, 501_000],
      [30, 516_500],
      [40, 502_000],
      [50, 517_500],
    ],
    ...{ stop: 506_000, minutes: 60, energyWh: 6_000 },
  },
  {
    name: 'rounded readings and an exact stop below the last of them',
    report: 'lbbrhzn/ocpp#1810',
    ...{
      start: 269_456,
      readings: [
        [30, 272_460],
        [58, 274_460],
      ],
      stop: 274_455,
      minutes: 60,
      energyWh: 4_999,
    },
  },
  {
    name: 'a stop beyond 32 bits',
    report: 'evcc-io/evcc#29190',
    ...{ start: 1_977_000, readings: [[30, 1_979_000]], stop: 4_296_944_685, minutes: 60, energyWh: 'held' },
  },
  {
    name: 'a reset by a power cut',
    report: 'steff393/wbec#132',
    ...{
      start: 530_000,
      readings: [
        [15, 532_000],
        [30, 264_900],
      ],
      stop: 268_900,
      minutes: 60,
      energyWh: 6_000,
    },
    flags: ['register-reset'],
  },
  {
    name: 'a stop of zero after a power cut',
    report: 'matth-x/MicroOcpp#73',
    ...{
      start: 1_000,
      readings: [
        [15, 3_000],
        [30, 6_000],
      ],
      stop: 0,
      minutes: 60,
      energyWh: 5_000,
    },
    flags: ['register-reset'],
  },
  {
    name: 'a clock two hours ahead at the start',
    report: 'steve-community/steve#136',
    ...{ start: 1_000, startClockMinutes: 120, readings: [[30, 3_000]], stop: 6_000, minutes: 60, energyWh: 5_000 },
  },
  {
    name: 'a clock two minutes ahead at the start of a minute',
    report: 'steve-community/steve#136',
    ...{ start: 1_000, startClockMinutes: 2, readings: [], stop: 1_400, minutes: 1, energyWh: 400 },
  },
  {
    name: 'a reading in the second of the start',
    ...{ start: 1_000, readings: [[0, 2_500]], stop: 8_345, minutes: 60, energyWh: 7_345 },
  },
  {
    name: 'start and stop in one second',
    ...{ start: 5, readings: [], stop: 105, minutes: 0, energyWh: 100 },
  },
  {
    name: 'readings without their transaction, the stop lost',
    report: 'mobilityhouse/ocpp#478',
    ...{
      start: 1_000,
      readings: [
        [20, 2_000],
        [40, 5_000],
      ],
      stop: null,
      minutes: 60,
      energyWh: 4_000,
    },
    withoutTransaction: true,
  },
  {
    name: 'a register of three phases only',
    report: 'citrineos/citrineos-core#395',
    ...{ start: 9_000, readings: [], stop: 15_000, minutes: 60, energyWh: 6_000, phases: true },
  },
  {
    name: 'kWh in small letters',
    ...{ start: 900_100, readings: [], stop: 905_200, minutes: 60, energyWh: 5_100, unit: 'kwh' },
  },
  {
    name: 'zero once where a reset is possible too',
    ...{
      start: 1_000,
      readings: [
        [15, 2_000],
        [30, 0],
        [45, 4_000],
      ],
      stop: 5_000,
      minutes: 60,
      energyWh: 4_000,
    },
    flags: ['register-ambiguous'],
  },
  {
    name: 'readings in kWh that say Wh, the stop lost',
    ...{
      start: 1_000_000,
      readings: [
        [20, 1_001.5],
        [40, 1_004],
      ],
      stop: null,
      minutes: 60,
      energyWh: 'held',
    },
  },
  {
    name: 'two registers in turn, the stop lost',
    start: 500_000,
    readings: [
      [10, 515_500],
      [20, 501_000],
      [30, 516_500],
      [40, 502_000],
    ],
    ...{ stop: null, minutes: 60, energyWh: 'held' },
  },
  {
    name: 'a stop far below the begin and nothing in between',
    ...{ start: 894_000, readings: [], stop: 0, minutes: 60, energyWh: 'held' },
  },
  {
    name: 'a clock a month behind at the start, whose register is zero',
    ...{ start: 0, startClockMinutes: -43_200, readings: [], stop: 910_031, minutes: 60, energyWh: 'held' },
  },
];

/** Sessions between and beside those, found by thinking of what else a station may do. */
export const NEIGHBOURS: readonly FieldRegisters[] = [
  {
    name: 'intervals only',
    ...{
      start: 0,
      readings: [
        [15, 1_000],
        [30, 3_000],
        [45, 4_500],
      ],
      stop: 6_000,
      minutes: 60,
      energyWh: 6_000,
    },
    ...{ intervals: true, flags: ['intervals-summed'] },
  },
  {
    name: 'intervals only, the stop lost',
    ...{
      start: 0,
      readings: [
        [15, 1_000],
        [30, 3_000],
        [45, 4_500],
      ],
      stop: null,
      minutes: 60,
      energyWh: 4_500,
    },
    ...{ intervals: true, flags: ['intervals-summed', 'no-end-value'] },
  },
  {
    name: 'intervals that are the lifetime in fact',
    ...{ start: 0, readings: [[30, 910_000]], stop: 1_820_031, minutes: 60, energyWh: 'held', intervals: true },
  },
  { name: 'no readings', ...{ start: 1_000, readings: [], stop: 5_000, minutes: 60, energyWh: 4_000 } },
  { name: 'no energy', ...{ start: 1_000, readings: [[30, 1_000]], stop: 1_000, minutes: 60, energyWh: 0 } },
  {
    name: 'zero twice, and back',
    ...{
      start: 894_000,
      readings: [
        [10, 0],
        [20, 895_000],
        [30, 0],
        [45, 896_900],
      ],
      stop: 898_000,
    },
    ...{ minutes: 60, energyWh: 4_000 },
  },
  {
    name: 'zero for all of the time in between',
    ...{
      start: 894_000,
      readings: [
        [15, 0],
        [30, 0],
        [45, 0],
      ],
      stop: 898_000,
      minutes: 60,
      energyWh: 4_000,
    },
  },
  {
    name: 'a placeholder of a negative number in between',
    ...{
      start: 894_000,
      readings: [
        [15, -1],
        [30, 896_000],
      ],
      stop: 898_000,
      minutes: 60,
      energyWh: 4_000,
    },
  },
  {
    name: 'a begin of a negative number, the end alone is known',
    ...{ start: -1, readings: [], stop: 400, minutes: 60, energyWh: 'held' },
  },
  {
    name: 'one reading a thousand times too high',
    ...{
      start: 0,
      readings: [[30, 3_000_000]],
      stop: 5_000,
      minutes: 60,
      energyWh: 5_000,
      flags: ['implausible-reading'],
    },
  },
  {
    name: 'readings in kWh that say Wh, and so does the stop',
    ...{
      start: 1_000_000,
      readings: [
        [20, 1_001.5],
        [40, 1_004],
      ],
      stop: 1_005.146,
      minutes: 60,
      energyWh: 'held',
    },
  },
  {
    name: 'a reading of the lifetime, the rest in kWh that say Wh',
    ...{
      start: 1_000_000,
      readings: [
        [20, 1_001_500],
        [40, 1_004],
      ],
      stop: 1_005.146,
      minutes: 60,
      energyWh: 'held',
    },
  },
  {
    name: 'a begin of zero, the lifetime, the stop lost',
    ...{
      start: 0,
      readings: [
        [1, 909_948],
        [5, 910_000],
      ],
      stop: null,
      minutes: 10,
      energyWh: 'held',
    },
  },
  {
    name: 'two registers in turn, the stop lost after the higher one',
    start: 500_000,
    readings: [
      [10, 515_500],
      [20, 501_000],
      [30, 516_500],
    ],
    ...{ stop: null, minutes: 60, energyWh: 'held' },
  },
  {
    name: 'readings that count the session, the stop lost',
    ...{
      start: 1_000_000,
      readings: [
        [15, 10],
        [30, 2_500],
        [45, 5_000],
      ],
      stop: null,
      minutes: 60,
      energyWh: 'held',
    },
  },
  {
    name: 'a last reading beyond 32 bits, the stop lost',
    ...{
      start: 1_977_000,
      readings: [
        [30, 1_979_000],
        [40, 4_296_944_685],
      ],
      stop: null,
      minutes: 60,
      energyWh: 'held',
    },
  },
  {
    name: 'a reset by a power cut, the stop lost',
    ...{
      start: 530_000,
      readings: [
        [15, 532_000],
        [30, 264_900],
        [45, 268_900],
      ],
      stop: null,
      minutes: 60,
    },
    ...{ energyWh: 6_000, flags: ['register-reset', 'no-end-value'] },
  },
  {
    name: 'zero at last, the stop lost',
    ...{
      start: 1_000,
      readings: [
        [15, 3_000],
        [30, 6_000],
        [45, 0],
      ],
      stop: null,
      minutes: 60,
      energyWh: 5_000,
    },
  },
  {
    name: 'zero once where a reset is possible too, the stop lost',
    ...{
      start: 1_000,
      readings: [
        [15, 2_000],
        [30, 0],
        [45, 4_000],
      ],
      stop: null,
      minutes: 60,
      energyWh: 3_000,
    },
    flags: ['register-ambiguous'],
  },
  {
    name: 'a begin alone, the stop lost',
    ...{ start: 1_000, readings: [], stop: null, minutes: 60, energyWh: 'held' },
  },
  {
    name: 'a reset before the first reading',
    ...{ start: 894_000, readings: [[30, 2_000]], stop: 4_000, minutes: 60, energyWh: 'held' },
  },
  {
    name: 'two resets',
    ...{
      start: 530_000,
      readings: [
        [10, 532_000],
        [20, 400_000],
        [30, 402_000],
        [40, 264_900],
      ],
      stop: 268_900,
    },
    ...{ minutes: 60, energyWh: 'held' },
  },
  {
    name: 'a stop a little below the begin, by readings of ten Wh',
    ...{
      start: 269_456,
      readings: [
        [20, 269_450],
        [40, 269_450],
      ],
      stop: 269_450,
      minutes: 60,
      energyWh: 0,
    },
  },
  {
    name: 'a stop a Wh below the begin',
    ...{ start: 5_000, readings: [], stop: 4_999, minutes: 60, energyWh: 0 },
  },
  {
    name: 'a stop of 600 Wh below the begin',
    ...{ start: 1_000, readings: [], stop: 400, minutes: 60, energyWh: 'held' },
  },
  {
    name: 'a stop below the begin after kWh that rose',
    ...{
      start: 5_500,
      readings: [
        [20, 6_000],
        [40, 7_000],
      ],
      stop: 5_000,
      minutes: 60,
      energyWh: 1_500,
    },
  },
  {
    name: 'more than 100 kWh in a minute',
    ...{ start: 1_000, readings: [], stop: 102_000, minutes: 1, energyWh: 'held' },
  },
  {
    name: 'a spike to below the limit, where a reset is possible too',
    ...{
      start: 1_000,
      readings: [
        [15, 9_000],
        [30, 3_000],
      ],
      stop: 5_000,
      minutes: 60,
      energyWh: 4_000,
    },
    flags: ['register-ambiguous'],
  },
  {
    name: 'a spike to below the limit, the stop lost',
    ...{
      start: 1_000,
      readings: [
        [15, 9_000],
        [30, 3_000],
        [45, 4_000],
      ],
      stop: null,
      minutes: 60,
      energyWh: 'held',
    },
  },
];
