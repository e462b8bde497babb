import { describe, expect, it } from '@jest/globals';
import { TestMeter, meterTime } from '@chargemesh/signed-data/testing';
import { at, ended, register, started } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { referenceData } from '../testing/reference-data.js';
import type { ReferenceData } from '../transactions/snapshot.js';
import type { Proof } from './proofs.js';
import { type MeterKey, type Signed, billedOf, registerDiffers, verified } from './verified.js';

const meter = new TestMeter();

/** What the meter signs at the begin and at the end of 10.2504 kWh. */
const begin = meter.page({ PG: 'T1', RD: [{ TM: meterTime(0), TX: 'B', RV: 100.5 }] });
const end = meter.page({ PG: 'T2', RD: [{ TM: meterTime(30), TX: 'E', RV: 110.7504 }] });
const values = [begin, end].map((data) => ({ data }));

/** A session of the time by the clock of the meter: 12:00 to 12:30 in Germany. */
const SESSION: Signed = {
  ...{ sessionId: 's', evseId: 1, startedAt: new Date('2026-03-01T11:00:00Z') },
  ...{ from: new Date('2026-03-01T11:00:00Z'), until: new Date('2026-03-01T11:30:00Z') },
};
const verdictOf = (of: { data: string }[], evseId: number, keys: MeterKey[], proofs: Proof[] = [], more = {}) =>
  verified(of, { ...SESSION, evseId, ...more }, keys, proofs).verdict;

const keyOf = (of: TestMeter, more: Partial<MeterKey> = {}): MeterKey => ({
  ...{ stationId: 'CS-1', evseId: null, meterSerial: null, publicKey: of.keyHex.toUpperCase(), trust: 'operator' },
  ...more,
});

describe('the verdict on the signed values of a session', () => {
  it('is none without any', () => {
    expect(verdictOf([], 1, [keyOf(meter)])).toBeUndefined();
  });

  it('says the energy that they prove, by which key, and why that is believed', () => {
    expect(verdictOf(values, 1, [keyOf(meter, { trust: 'first-use' })])).toEqual({
      ...{ result: 'valid', reason: 'verified', energyWh: '10250.4' },
      ...{ publicKey: meter.keyHex.toUpperCase(), trust: 'first-use' },
    });
  });

  it('takes base64, as OCPP 2.x has it', () => {
    const wrapped = [begin, end].map((data) => ({ data: Buffer.from(data).toString('base64'), encoding: 'OCMF' }));
    expect(verdictOf(wrapped, 1, [keyOf(meter)])?.result).toBe('valid');
  });

  it.each<[string, string, string, { data: string }[], MeterKey[]]>([
    ['without a key', 'no-key', 'key-missing', values, []],
    ['with the key of another EVSE only', 'no-key', 'key-missing', values, [keyOf(meter, { evseId: 2 })]],
    ['with the key of another meter only', 'no-key', 'key-missing', values, [keyOf(meter, { meterSerial: 'M9' })]],
    ['with a wrong key', 'invalid', 'signature-wrong', values, [keyOf(new TestMeter())]],
    ['without its end', 'invalid', 'end-missing', values.slice(0, 1), [keyOf(meter)]],
    ['that is no OCMF', 'unreadable', 'encoding-not-supported', [{ data: '<edl/>' }], [keyOf(meter)]],
  ])('%s is %s: %s', (_, result, reason, signed, keys) => {
    expect(verdictOf(signed, 1, keys)).toMatchObject({ result, reason });
  });

  it('goes by the narrowest key: the meter, then the EVSE, then the station', () => {
    const wrong = new TestMeter();
    const [station, evse] = [keyOf(wrong), keyOf(wrong, { evseId: 1 })];
    const bySerial = ['M1', 'G1'].map((meterSerial) => keyOf(meter, { meterSerial }));
    for (const key of bySerial) expect(verdictOf(values, 1, [station, evse, key])?.result).toBe('valid');
    expect(verdictOf(values, 1, [station, keyOf(meter, { evseId: 1 })])?.result).toBe('valid');
  });
});

describe('signed values beside the session and others', () => {
  const other: Proof = {
    ...{ sessionId: 'other', publicKey: meter.keyHex.toUpperCase(), firstPage: '2', lastPage: '3' },
    begunAt: new Date('2026-03-01T09:00:00Z'),
  };
  const reason = (proofs: Proof[], more: Partial<Signed> = {}, of = values) =>
    verdictOf(of, 1, [keyOf(meter)], proofs, more)?.reason;
  const from = (time: string) => ({ from: new Date(time) });
  const until = (time: string) => ({ until: new Date(time) });

  it('prove nothing by pages that proved another session, or that fall', () => {
    expect(reason([other])).toBe('pages-used');
    expect(reason([{ ...other, firstPage: '3' }])).toBe('pages-fall');
    expect(reason([{ ...other, publicKey: 'ANOTHER' }])).toBe('verified');
  });

  it('are of the time of the session, by a synchronised clock and within what clocks may be apart', () => {
    expect(reason([], from('2026-03-01T11:10:00Z'))).toBe('verified');
    expect(reason([], from('2026-03-01T11:10:01Z'))).toBe('time-not-of-session');
    expect(reason([], until('2026-03-01T11:19:59Z'))).toBe('time-not-of-session');
    const unsynchronised = [begin, end].map((_, index) => {
      const reading = { TM: meterTime(index * 30, 'I'), TX: index === 0 ? 'B' : 'E', RV: 100 + index };
      return { data: meter.page({ PG: `T${index + 1}`, RD: [reading] }) };
    });
    expect(reason([], from('2026-03-02T11:00:00Z'), unsynchronised)).toBe('verified');
  });
});

describe('a register and what is signed', () => {
  const whole = (energyWh: number) => ({ energyWh, isWhole: true });

  it.each([
    [10_250, false],
    [10_354, true],
    [10_150, false],
    [0, true],
  ])('of %d and 10250.9 Wh differ: %s', (measuredWh, differ) => {
    expect(registerDiffers(measuredWh, whole(10_250.9), 1)).toBe(differ);
    expect(registerDiffers(measuredWh, undefined, 1)).toBe(false);
  });

  it('of small sessions may be apart by what whole watt-hours leave, and of others by what a coarse register does', () => {
    expect([109, 111].map((wh) => registerDiffers(wh, whole(100), 1))).toEqual([false, true]);
    expect([200, 201].map((wh) => registerDiffers(wh, whole(100), 1_000))).toEqual([false, true]);
  });

  it('that lacks begin or end differ only where that is more', () => {
    const part = { energyWh: 900, isWhole: false };
    expect([0, 900, 9_000].map((wh) => registerDiffers(wh, part, 1))).toEqual([true, false, false]);
  });
});

describe('a session of which the energy is signed, and no key is known', () => {
  const page = (PG: string, TX: string, RV: number) => meter.page({ PG, RD: [{ TM: meterTime(0, 'U'), TX, RV }] });
  const [from, to] = [page('T1', 'B', 1), page('T2', 'E', 1.9)];
  const said = (time: string, data: string, wh: number | null, context: string) => ({
    samples: [{ ...(wh === null ? unsaid(time) : register(time, wh, context)), signed: [{ data }] }],
  });
  const unsaid = (time: string) => ({ at: time, values: [] });
  const final = (beginWh: number | null, endWh: number | null, [begin, end] = [from, to]) =>
    new Play(at('12:00'))
      .each(
        started(at('10:00'), 0, said(at('10:00'), begin, beginWh, 'Transaction.Begin')),
        ended(at('10:30'), 0, said(at('10:30'), end, endWh, 'Transaction.End')),
      )
      .after(600)
      .of('session-finalized');

  it.each<[string, number | null, number | null, number]>([
    ['0 at begin and end', 0, 0, 0],
    ['more than is signed', 1_000, 2_500, 1_500],
    ['less', 1_000, 1_500, 500],
    ['nothing', null, null, 0],
  ])('is to review where the register says %s', (_, beginWh, endWh, energyWh) => {
    expect(final(beginWh, endWh)).toMatchObject([{ energyWh, flags: expect.arrayContaining(['register-differs']) }]);
  });

  it('is not where both tell the same, of another series or not', () => {
    expect(final(1_000, 1_900)).toMatchObject([{ energyWh: 900, flags: [] }]);
    expect(final(0, 905)).toMatchObject([{ energyWh: 905, flags: [] }]);
  });

  it('is to review where what is signed cannot be read, and no register tells anything', () => {
    const unread = ['<edl/>', '<edl/>'] as [string, string];
    expect(final(0, 0, unread)).toMatchObject([{ energyWh: 0, flags: ['register-unused'] }]);
    expect(final(null, null, unread)).toMatchObject([{ flags: expect.arrayContaining(['register-unused']) }]);
    expect(final(1_000, 1_000, unread)).toMatchObject([{ energyWh: 0, flags: [] }]);
    expect(final(1_000, 1_900, unread)).toMatchObject([{ energyWh: 900, flags: [] }]);
  });

  it('is not where nothing was charged', () => {
    expect(final(0, 0, [from, page('T2', 'E', 1)])).toMatchObject([{ energyWh: 0, flags: [] }]);
  });
});

describe('the energy that is billed', () => {
  const valid = { result: 'valid', reason: 'verified', energyWh: '10250.9' } as const;
  const invalid = { result: 'invalid', reason: 'signature-wrong' } as const;

  it.each([
    ['as measured where nothing is to be verified', 999.6, invalid, false, 1_000, []],
    ['as verified, rounded down', 9_000, valid, true, 10_250, []],
    ['none where the values do not prove it', 9_000, invalid, true, 0, ['unverified']],
    ['none where nothing was signed', 9_000, undefined, true, 0, ['unverified']],
    ['none, without a word, where nothing flowed', 0, undefined, true, 0, []],
  ])('is %s', (_, measuredWh, verdict, verifiedOnly, totalWh, flags) => {
    expect(billedOf(measuredWh, verdict, verifiedOnly)).toEqual({ totalWh, flags });
  });
});

describe('a session at a location that bills verified energy only', () => {
  const around = referenceData();
  const [[id, location] = []] = [...around.locations];
  const strict: ReferenceData = {
    ...around,
    locations: new Map([[id ?? '', { ...location!, billVerifiedOnly: true }]]),
  };
  const signed = (time: string, energyWh: number, context: string, data: string) => ({
    samples: [{ ...register(time, energyWh, context), signed: [{ data }] }],
  });
  const untimed = (PG: string, TX: string, RV: number) => meter.page({ PG, RD: [{ TM: meterTime(0, 'U'), TX, RV }] });
  const [from, to] = [untimed('T1', 'B', 100.5), untimed('T2', 'E', 110.7504)];
  const start = started(at('10:00'), 0, signed(at('10:00'), 0, 'Transaction.Begin', from));
  const stop = ended(at('10:30'), 20_000, signed(at('10:30'), 20_000, 'Transaction.End', to));
  const charge = (keys: MeterKey[], surrounding = strict) =>
    new Play(at('12:00'), surrounding, keys).each(start, stop).after(5);

  it('costs what is proven, whatever the register said', () => {
    const [final] = charge([keyOf(meter)]).of('session-finalized');
    expect(final).toMatchObject({
      ...{ energyWh: 10_250, signedVerdict: { result: 'valid', energyWh: '10250.4' } },
      flags: ['register-differs'],
      ...{ location: { billVerifiedOnly: true }, periods: [{ energyWh: 10_250, kind: 'charging' }] },
    });
  });

  it('costs no energy and is flagged where nothing is proven, until it is', () => {
    const keys: MeterKey[] = [];
    const story = charge(keys);
    expect(story.of('session-finalized')).toMatchObject([
      {
        ...{ energyWh: 0, flags: ['register-differs', 'unverified'], signedVerdict: { result: 'no-key' } },
        periods: [{ kind: 'charging' }],
      },
    ]);
    keys.push(keyOf(meter));
    story.each(stop).after(900);
    expect(story.of('session-finalized')).toMatchObject([
      { energyWh: 0 },
      { energyWh: 10_250, flags: ['register-differs'] },
    ]);
    expect(story.session()).toMatchObject({ energyWh: 10_250, signedVerdict: { result: 'valid' } });
  });

  it('is told the verdict elsewhere as well, where the register is billed', () => {
    expect(charge([keyOf(meter)], around).of('session-finalized')).toMatchObject([
      {
        ...{ energyWh: 20_000, flags: ['register-differs'] },
        signedVerdict: { result: 'valid', energyWh: '10250.4' },
      },
    ]);
  });

  it('is proven by its pages, and no other session is', () => {
    const again = { transactionId: '2', ...signed(at('11:00'), 0, 'Transaction.Begin', from) };
    const story = new Play(at('12:00'), strict, [keyOf(meter)]).each(start, stop).after(5);
    story
      .each(
        started(at('11:00'), 0, again),
        ended(at('11:30'), 20_000, { ...again, ...signed(at('11:30'), 20_000, 'Transaction.End', to) }),
      )
      .after(5);
    expect(story.of('session-finalized')).toMatchObject([
      { energyWh: 10_250 },
      {
        ...{ energyWh: 0, flags: ['register-differs', 'unverified'] },
        signedVerdict: { result: 'invalid', reason: 'pages-used' },
      },
    ]);
  });
});
