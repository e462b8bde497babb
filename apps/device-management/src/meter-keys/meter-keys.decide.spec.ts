import { describe, expect, it } from '@jest/globals';
import { ReportDataReceived, TransactionEnded, TransactionStarted, newEvent } from '@chargemesh/contracts';
import { TestMeter } from '@chargemesh/signed-data/testing';
import type { MeterKey } from './meter-key.entity.js';
import { type SaidKey, learned, saidKeys } from './meter-keys.decide.js';

const OPERATOR = '01900000-0000-7000-8000-000000000001';
const AT = '2026-03-01T12:00:00Z';
const about = { operatorId: OPERATOR, time: AT };
const [meter, other] = [new TestMeter(), new TestMeter({ curve: 'secp384r1' })];
const spki = meter.keyHex.toUpperCase();
const on = { stationId: 'CS-1', epoch: 1, receivedAt: AT };

function reported(...variables: { component: string; variable: string; evseId?: number; value?: string }[]) {
  const data = { ...on, messageId: 'm', requestId: 1, part: 0, last: true, variables };
  return newEvent(ReportDataReceived, { ...about, data });
}

function charged(contract: typeof TransactionStarted | typeof TransactionEnded, publicKey: string, evseId?: number) {
  const samples = [{ at: AT, values: [], signed: [{ data: 'OCMF|{}|{}', publicKey }] }];
  const data = { ...on, transactionId: '1', at: AT, offline: false, trigger: 'Authorized', samples };
  const where = evseId === undefined ? {} : { evseId };
  return contract === TransactionEnded
    ? newEvent(TransactionEnded, { ...about, data: { ...data, ...where, stoppedReason: 'Local' } })
    : newEvent(TransactionStarted, { ...about, data: { ...data, ...where } });
}

describe('the keys that stations say', () => {
  it('are read from the device model, from configuration keys and from beside signed values', () => {
    const said = saidKeys([
      reported(
        { component: 'FiscalMetering', variable: 'PublicKey', evseId: 1, value: meter.keyHex },
        { component: 'Configuration', variable: 'MeterPublicKey[2]', value: meter.keyDer.toString('base64') },
        { component: 'Configuration', variable: 'MeterPublicKey', value: meter.keyPoint.toString('hex') },
        { component: 'FiscalMetering', variable: 'PublicKey', evseId: 9 },
        { component: 'Other', variable: 'PublicKey', value: meter.keyHex },
      ),
      charged(TransactionStarted, meter.keyHex, 3),
      charged(TransactionEnded, other.keyHex),
    ]);
    expect(said.map(({ evseId, publicKey }) => [evseId, publicKey])).toEqual([
      [1, spki],
      [2, spki],
      [0, spki],
      [3, spki],
      [0, other.keyHex.toUpperCase()],
    ]);
    expect(said[0]).toMatchObject({ stationId: 'CS-1', at: new Date(AT) });
  });

  it('are read from the object that 1.6 stations put into a value as JSON', () => {
    const inJson = (data: string) => {
      const { data: fact } = charged(TransactionEnded, '');
      const samples = [{ at: AT, values: [], signed: [{ data }] }];
      return newEvent(TransactionEnded, { ...about, data: { ...fact, stoppedReason: 'Local', samples } });
    };
    const wrapped = JSON.stringify({ signedMeterData: 'OCMF|{}|{}', publicKey: meter.keyDer.toString('base64') });
    expect(saidKeys([inJson(wrapped)])).toMatchObject([{ evseId: 0, publicKey: spki }]);
    expect(saidKeys(['{', '{"publicKey":5}', '{"publicKey":""}', 'null'].map(inJson))).toEqual([]);
  });

  it('are none where it is no key', () => {
    expect(saidKeys([charged(TransactionStarted, 'bm8ga2V5'), charged(TransactionStarted, '')])).toEqual([]);
  });
});

describe('what is learned', () => {
  const said = (publicKey: string, evseId = 1): SaidKey => ({ stationId: 'CS-1', evseId, publicKey, at: new Date(AT) });
  const learn = (known: MeterKey[], ...keys: SaidKey[]) => {
    let ids = known.length;
    return learned(
      known,
      keys,
      (stationId) => (stationId === 'CS-1' ? OPERATOR : undefined),
      () => `key-${++ids}`,
    );
  };
  const brief = (keys: MeterKey[]) => keys.map(({ publicKey, evseId, status }) => `${publicKey}@${evseId} ${status}`);

  it('is to trust the first key of a meter, marked as such', () => {
    expect(learn([], said('A'))).toEqual([
      {
        ...{ meterKeyId: 'key-1', operatorId: OPERATOR, version: 1, stationId: 'CS-1', evseId: 1, meterSerial: '' },
        ...{ publicKey: 'A', trust: 'first-use', status: 'active', seenAt: new Date(AT) },
      },
    ]);
  });

  it('is nothing from a key that is known, or from a station that is not', () => {
    const [known] = learn([], said('A'));
    expect(learn([known!], said('A'), said('A', 0))).toEqual([]);
    expect(learn([], { ...said('A'), stationId: 'CS-9' })).toEqual([]);
  });

  it('is to refuse another key, once, and whether it names its EVSE or not', () => {
    expect(brief(learn([], said('A'), said('B'), said('B'), said('C', 0)))).toEqual([
      'A@1 active',
      'B@1 refused',
      'C@0 refused',
    ]);
  });

  it('is a key for each EVSE, unless one is meant for all', () => {
    const keys = learn([], said('A', 1), said('B', 2));
    expect(brief(keys)).toEqual(['A@1 active', 'B@2 active']);
    const [forAll] = learn([], said('A', 0));
    expect(brief(learn([{ ...forAll!, trust: 'operator' }], said('B', 2)))).toEqual(['B@2 refused']);
  });

  it('is never to bring back what an operator retired', () => {
    const [known] = learn([], said('A'));
    expect(learn([{ ...known!, status: 'retired' }], said('A'))).toEqual([]);
    expect(brief(learn([{ ...known!, status: 'retired' }], said('B')))).toEqual(['B@1 active']);
  });

  it('is bounded for a station that makes up keys', () => {
    expect(learn([], ...Array.from({ length: 200 }, (_, index) => said(`K${index}`)))).toHaveLength(50);
  });
});
