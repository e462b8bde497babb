import { describe, expect, it } from '@jest/globals';
import { type SessionVerdict, energyTold, pagesIn, verifySession } from './index.js';
import { type Page, TestMeter, meterTime } from './testing/meter.js';

const meter = new TestMeter();
const keyOf = () => meter.keyHex;

const begin = { TM: meterTime(0), TX: 'B', RV: 100.5 };
const charging = { TM: meterTime(15), TX: 'C', RV: 103 };
const end = { TM: meterTime(30), TX: 'E', RV: 110.75 };

const sessionOf = (...pages: Page[]): SessionVerdict =>
  verifySession(
    pages.map((page) => ({ encoding: 'OCMF', value: meter.page(page) })),
    keyOf,
  );
const outcome = ({ reason, energyWh }: SessionVerdict) => [reason, energyWh];
const whole = (...readings: object[]) => outcome(sessionOf({ PG: 'T1', RD: readings }));

describe('a transaction is proven', () => {
  it('by its begin and its end', () => {
    const verdict = sessionOf({ PG: 'T9', RD: [begin] }, { PG: 'T10', RD: [end] });
    expect(verdict).toMatchObject({ result: 'valid', reason: 'verified', energyWh: '10250' });
    expect([verdict.begin?.at, verdict.end?.at]).toEqual([
      '2026-03-01T12:00:00.000+01:00',
      '2026-03-01T12:30:00.000+01:00',
    ]);
  });

  it('by one value with both', () => {
    expect(whole(begin, charging, end)).toEqual(['verified', '10250']);
  });

  it('whatever the order in which its values came, and however often', () => {
    const pages: Page[] = [
      { PG: 'T1', RD: [begin] },
      { PG: 'T2', RD: [charging] },
      { PG: 'T3', RD: [end] },
    ];
    const [one, two, three] = pages.map((page) => ({ value: meter.page(page) }));
    for (const values of [
      [three!, one!, two!],
      [two!, three!, one!],
      [one!, one!, two!, three!, three!],
    ])
      expect(outcome(verifySession(values, keyOf))).toEqual(['verified', '10250']);
  });

  it('when the end repeats the begin', () => {
    expect(outcome(sessionOf({ PG: 'T1', RD: [begin] }, { PG: 'T2', RD: [begin, end] }))).toEqual([
      'verified',
      '10250',
    ]);
  });

  it.each(['E', 'L', 'R', 'A', 'P'])('when it ends with %s', (TX) => {
    expect(whole(begin, { ...end, TX })).toEqual(['verified', '10250']);
  });

  it('beside fiscal readings, which count for themselves', () => {
    const fiscal = { PG: 'F500', RD: [{ TM: meterTime(15), RV: 104 }] };
    expect(outcome(sessionOf({ PG: 'T1', RD: [begin] }, fiscal, { PG: 'T2', RD: [end] }))).toEqual([
      'verified',
      '10250',
    ]);
  });

  it('across counters that no number of JavaScript can tell apart', () => {
    const pages = [
      { PG: 'T9007199254740993', RD: [begin] },
      { PG: 'T9007199254740994', RD: [end] },
    ];
    expect(outcome(sessionOf(...pages))).toEqual(['verified', '10250']);
  });
});

it.each([
  ['', '04A1B2C3'],
  ['04A1B2C3', undefined],
  ['04a1b2c3 ', '04A1B2C3'],
])('a begin of user %j and an end of user %j are one transaction', (from, to) => {
  const verdict = sessionOf({ PG: 'T1', ID: from, RD: [begin] }, { PG: 'T2', ID: to, RD: [end] });
  expect(outcome(verdict)).toEqual(['verified', '10250']);
});

it('a proof says which pages of the meter it is made of', () => {
  const fiscal = { PG: 'F500', RD: [{ TM: meterTime(15), RV: 104 }] };
  const verdict = sessionOf({ PG: 'T10', RD: [end] }, fiscal, { PG: 'T9', RD: [begin] });
  expect(verdict.pages).toEqual({ first: '9', last: '10' });
});

it('the pages of values are told whatever the values are worth', () => {
  const fiscal = { PG: 'F500', RD: [{ TM: meterTime(15), RV: 104 }] };
  const values = [{ PG: 'T10', RD: [end] }, fiscal, { PG: 'T9', RD: [begin] }].map((page) => ({
    value: meter.page(page),
  }));
  expect(pagesIn([{ value: 'nonsense' }, ...values])).toEqual({ first: '9', last: '10' });
  expect(pagesIn([{ value: 'nonsense' }])).toBeUndefined();
});

describe('what values tell of the energy, whatever they are worth', () => {
  const told = (...pages: Page[]) => {
    const values = pages.map((page) => ({ value: meter.page(page) }));
    return energyTold(verifySession(values, () => undefined).values);
  };

  it.each<[string, ReturnType<typeof energyTold>, Page[]]>([
    [
      'of begin and end',
      { energyWh: 10_250, isWhole: true },
      [
        { PG: 'T1', RD: [begin] },
        { PG: 'T2', RD: [end] },
      ],
    ],
    [
      'without the end',
      { energyWh: 2_500, isWhole: false },
      [
        { PG: 'T1', RD: [begin] },
        { PG: 'T2', RD: [charging] },
      ],
    ],
    [
      'by fiscal readings',
      { energyWh: 1_000, isWhole: false },
      [
        { PG: 'F1', RD: [{ RV: 1 }] },
        { PG: 'F2', RD: [{ RV: 2 }] },
      ],
    ],
    ['of one reading', undefined, [{ PG: 'T1', RD: [begin] }]],
    ['of what was given back', undefined, [{ PG: 'T1', RD: [{ ...begin, RI: '1-0:2.8.0' }, end] }]],
    [
      'of two meters',
      undefined,
      [
        { PG: 'T1', RD: [begin] },
        { PG: 'T2', MS: 'M2', RD: [end] },
      ],
    ],
  ])('is what the register rose by: %s', (_, energy, pages) => {
    expect(told(...pages)).toEqual(energy);
  });
});

describe('the energy', () => {
  it.each([
    ['0.1', 'kWh', '0.3', 'kWh', '200'],
    ['1e-05', 'kWh', '1.5E+1', 'kWh', '14999.99'],
    ['-0.5', 'Wh', '+2.5e0', 'Wh', '3'],
    ['0000000000000000000000012.5', 'kWh', '12.50', 'kWh', '0'],
    ['0.2596', 'kWh', '0.2597', 'kWh', '0.1'],
    [2851485, 'Wh', 2851753, 'Wh', '268'],
    [' 00009.038', 'kWh', '00009.038', 'kWh', '0'],
    [1500, 'Wh', '2.25', 'kWh', '750'],
    ['123456789012.123456', 'kwh', '123456789012.123457', 'KWH', '0.001'],
  ])('from %s %s to %s %s is %s Wh exactly', (from, RU, to, unit, energyWh) => {
    expect(whole({ ...begin, RV: from, RU }, { ...end, RV: to, RU: unit })).toEqual(['verified', energyWh]);
  });

  it('is what passed to the vehicle, where the meter takes off the loss of the cable', () => {
    const registers = [
      ['01-0B:01.08.00*FF', 2935.6, 2965.1],
      ['01-0B:B1.08.00*FF', 2905.6, 2934.6],
      ['01-0B:B3.08.00*FF', 0, 29.001],
    ] as const;
    const readings = registers.flatMap(([RI, from, to]) => [
      { ...begin, RI, RU: 'kWh', RV: from },
      { ...end, RI, RU: 'kWh', RV: to },
    ]);
    expect(whole(...readings)).toEqual(['verified', '29001']);
    expect(whole(...readings.slice(0, 4))).toEqual(['verified', '29000']);
    expect(whole(...readings.slice(0, 2))).toEqual(['verified', '29500']);
  });

  it('is what was imported, not what was exported, nor the seconds', () => {
    const others = [
      { RI: '1-0:2.8.0', RU: 'kWh', RV: 4 },
      { RI: '1-0:0.8.6', RU: 'sec', RV: 19 },
    ];
    expect(whole(begin, ...others, { ...end, RI: '1-0:1.8.0', RU: 'kWh' }, ...others)).toEqual(['verified', '10250']);
    const exported = { RI: '1-0:2.8.0' };
    expect(whole({ ...begin, ...exported }, end)).toEqual(['energy-missing', undefined]);
  });

  it('is that of the total over all rates, not of one rate', () => {
    const rate = { RI: '1-0:1.8.1' };
    const total = { RI: '1-0:1.8.0' };
    expect(
      whole({ ...begin, ...rate, RV: 1 }, { ...begin, ...total }, { ...end, ...rate, RV: 2 }, { ...end, ...total }),
    ).toEqual(['verified', '10250']);
    expect(whole({ ...begin, ...rate }, end)).toEqual(['verified', '10250']);
  });

  it('is not told when two registers of one kind disagree', () => {
    const [one, other] = [{ RI: '1-0:1.8.0*198' }, { RI: '1-0:1.8.0*255' }];
    const read = (to: number) =>
      whole(
        { ...begin, ...one, RV: 0 },
        { ...begin, ...other, RV: 50 },
        { ...end, ...one, RV: 7 },
        { ...end, ...other, RV: to },
      );
    expect(read(57)).toEqual(['verified', '7000']);
    expect(read(58)).toEqual(['energy-ambiguous', undefined]);
  });

  it('needs no name of a register where there is but one', () => {
    const nameless = { RI: undefined };
    expect(whole({ ...begin, ...nameless }, end)).toEqual(['verified', '10250']);
  });

  it.each([
    ['1E300', 'kWh'],
    ['0x10', 'kWh'],
    ['12,5', 'kWh'],
    ['', 'kWh'],
    ['9'.repeat(40), 'kWh'],
    ['0'.repeat(20_000), 'kWh'],
    [110, 'kVArh'],
    [110, undefined],
  ])('is not made of %s %s', (RV, RU) => {
    expect(whole({ ...begin, RV, RU }, { ...end, RV })).toEqual(['energy-missing', undefined]);
  });
});

describe('a transaction is refused', () => {
  const first = { PG: 'T1', RD: [begin] };
  const last = { PG: 'T2', RD: [end] };

  it.each<[string, Page[]]>([
    ['values-missing', []],
    [
      'serial-missing',
      [
        { ...first, GS: '', MS: undefined },
        { ...last, GS: '', MS: undefined },
      ],
    ],
    ['serial-differs', [first, { ...last, MS: 'M2' }]],
    ['serial-differs', [first, { ...last, GS: 'G2' }]],
    ['pagination-missing', [first, { ...last, PG: undefined as never }]],
    ['pagination-missing', [first, { ...last, PG: '2' }]],
    ['pagination-missing', [first, { ...last, PG: 'T-2' }]],
    ['pagination-repeated', [first, { ...last, PG: 'T1' }]],
    ['pagination-gap', [first, { ...last, PG: 'T3' }]],
    ['begin-missing', [{ PG: 'T1', RD: [charging] }, last]],
    ['begin-missing', [{ PG: 'F1', RD: [begin, end] }]],
    [
      'begin-not-first',
      [
        { PG: 'T1', RD: [charging] },
        { PG: 'T2', RD: [begin] },
        { PG: 'T3', RD: [end] },
      ],
    ],
    ['begin-ambiguous', [first, { PG: 'T2', RD: [{ ...begin, RV: 90 }, end] }]],
    ['end-missing', [first]],
    ['end-missing', [first, { PG: 'T2', RD: [charging] }]],
    ['end-not-last', [first, last, { PG: 'T3', RD: [charging] }]],
    ['end-ambiguous', [first, { PG: 'T2', RD: [end, { ...end, RV: 111 }] }]],
    [
      'user-differs',
      [
        { ...first, ID: '04A1B2C3' },
        { ...last, ID: '04FFFFFF' },
      ],
    ],
    [
      'user-differs',
      [
        { ...first, ID: 'STRASSE' },
        { ...last, ID: 'straße' },
      ],
    ],
    ['user-assignment-failed', [{ ...first, IL: 'MISMATCH' }, last]],
    ['meter-error', [first, { PG: 'T2', RD: [{ ...end, ST: 'T' }] }]],
    ['meter-error', [first, { PG: 'T2', RD: [{ ...end, ST: undefined }] }]],
    ['meter-error', [first, { PG: 'T2', RD: [{ ...charging, ST: 'M' }] }, { PG: 'T3', RD: [end] }]],
    ['energy-unusable', [first, { PG: 'T2', RD: [{ ...end, EF: 'Et' }] }]],
    ['energy-unusable', [first, { PG: 'T2', RD: [{ ...charging, TX: 'X' }, end] }]],
    ['energy-missing', [first, { PG: 'T2', RD: [{ ...end, RI: '1-0:2.8.0' }] }]],
    ['energy-negative', [first, { PG: 'T2', RD: [{ ...end, RV: 100.49 }] }]],
    ['time-unreadable', [first, { PG: 'T2', RD: [{ ...end, TM: 'later' }] }]],
    ['time-backwards', [{ PG: 'T1', RD: [{ ...begin, TM: meterTime(31) }] }, last]],
    ['time-status-differs', [{ PG: 'T1', RD: [{ ...begin, TM: meterTime(0, 'R') }] }, last]],
  ])('for %s: %j', (reason, pages) => {
    expect(outcome(sessionOf(...pages))).toEqual([reason, undefined]);
  });

  it('but not for an exception or a flag that concerns the time only', () => {
    const flagged = { ...charging, TX: 'X', EF: 't' };
    expect(whole(begin, flagged, end)).toEqual(['verified', '10250']);
  });

  it('for values of two keys, though each fits its own', () => {
    const other = new TestMeter();
    const values = [{ value: meter.page(first) }, { value: other.page(last) }];
    const keys = [meter.keyHex, other.keyHex];
    const verdict = verifySession(values, (_record, index) => keys[index]);
    expect([verdict.reason, verdict.values.map(({ reason }) => reason)]).toEqual([
      'key-differs',
      ['verified', 'verified'],
    ]);
  });

  it('but not for two spellings of one key', () => {
    const point = meter.keyPoint;
    const compressed = Buffer.concat([Buffer.of(2 + (point.at(-1)! & 1)), point.subarray(1, 33)]);
    const keys = [meter.keyHex, compressed.toString('hex')];
    const values = [{ value: meter.page(first) }, { value: meter.page(last) }];
    const verdict = verifySession(values, (_record, index) => keys[index]);
    expect(outcome(verdict)).toEqual(['verified', '10250']);
  });

  it('when one value does not verify, and says which', () => {
    const values = [{ value: meter.page(first) }, { value: meter.page(last).replace('110.75', '111.75') }];
    const verdict = verifySession(values, keyOf);
    expect(verdict).toMatchObject({ result: 'invalid', reason: 'signature-wrong' });
    expect(verdict.values.map(({ result }) => result)).toEqual(['valid', 'invalid']);
  });

  it('as not checkable when the registry has no key', () => {
    const values = [{ value: meter.page(first) }, { value: meter.page(last) }];
    expect(verifySession(values, () => undefined)).toMatchObject({ result: 'no-key', reason: 'key-missing' });
  });

  it('as unreadable when a value is of another encoding, or there are too many', () => {
    const value = { value: meter.page(first) };
    expect(verifySession([value, { encoding: 'EDL', value: 'AP;0' }], keyOf).reason).toBe('encoding-not-supported');
    expect(
      verifySession(
        Array.from({ length: 1_001 }, () => value),
        keyOf,
      ).reason,
    ).toBe('values-missing');
  });
});
