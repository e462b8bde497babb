import { describe, expect, it } from '@jest/globals';
import { TestMeter, meterTime } from '@chargemesh/signed-data/testing';
import { at, ended, register, started } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { surroundings } from '../testing/surroundings.js';
import type { Surroundings } from '../transactions/snapshot.js';
import { type MeterKey, billedOf, verdictOf } from './verified.js';

const meter = new TestMeter();

/** What the meter signs at the begin and at the end of 10.2504 kWh. */
const begin = meter.page({ PG: 'T1', RD: [{ TM: meterTime(0), TX: 'B', RV: 100.5 }] });
const end = meter.page({ PG: 'T2', RD: [{ TM: meterTime(30), TX: 'E', RV: 110.7504 }] });
const values = [begin, end].map((data) => ({ data }));

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
  const around = surroundings();
  const [[id, location] = []] = [...around.locations];
  const strict: Surroundings = {
    ...around,
    locations: new Map([[id ?? '', { ...location!, billVerifiedOnly: true }]]),
  };
  const signed = (time: string, energyWh: number, context: string, data: string) => ({
    samples: [{ ...register(time, energyWh, context), signed: [{ data }] }],
  });
  const charge = (keys: MeterKey[], surrounding = strict) =>
    new Play(at('12:00'), surrounding, keys)
      .each(
        started(at('10:00'), 0, signed(at('10:00'), 0, 'Transaction.Begin', begin)),
        ended(at('10:30'), 20_000, signed(at('10:30'), 20_000, 'Transaction.End', end)),
      )
      .after(5);

  it('costs what is proven, whatever the register said', () => {
    const [final] = charge([keyOf(meter)]).of('session-finalized');
    expect(final).toMatchObject({
      ...{ energyWh: 10_250, signedVerdict: { result: 'valid', energyWh: '10250.4' }, flags: [] },
      ...{ location: { billVerifiedOnly: true }, periods: [{ energyWh: 10_250, kind: 'charging' }] },
    });
  });

  it('costs no energy and is flagged where nothing is proven, until it is', () => {
    const keys: MeterKey[] = [];
    const story = charge(keys);
    expect(story.of('session-finalized')).toMatchObject([
      { energyWh: 0, flags: ['unverified'], signedVerdict: { result: 'no-key' }, periods: [{ kind: 'charging' }] },
    ]);
    keys.push(keyOf(meter));
    story.each(ended(at('10:30'), 20_000, signed(at('10:30'), 20_000, 'Transaction.End', end))).after(900);
    expect(story.of('session-finalized')).toMatchObject([{ energyWh: 0 }, { energyWh: 10_250, flags: [] }]);
    expect(story.session()).toMatchObject({ energyWh: 10_250, signedVerdict: { result: 'valid' } });
  });

  it('is told the verdict elsewhere as well, where the register is billed', () => {
    expect(charge([keyOf(meter)], around).of('session-finalized')).toMatchObject([
      { energyWh: 20_000, signedVerdict: { result: 'valid', energyWh: '10250.4' }, flags: [] },
    ]);
  });
});
