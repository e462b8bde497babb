import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestMeter, meterTime } from '@chargemesh/signed-data/testing';
import { type TestServices, startTestServices } from '@chargemesh/testing';
import { tariffsService } from '../../index.js';
import type { VerdictView } from './signed-data.schema.js';

const begin = { TM: meterTime(0), TX: 'B', RV: 100.5 };
const end = { TM: meterTime(30), TX: 'E', RV: '110.750' };
const meter = new TestMeter();
const value = meter.page({ PG: 'T1', RD: [begin] });
const publicKey = meter.keyHex;

describe('POST /api/tariffs/v1/signed-data/verify', () => {
  let platform: TestServices;
  let url: string;

  beforeAll(async () => {
    platform = await startTestServices([tariffsService]);
    url = `${platform.url}/api/tariffs/v1/signed-data/verify`;
  });

  afterAll(() => platform.stop());

  async function post(body: string, type = 'application/json') {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
    const answer = (await response.json()) as VerdictView & { code?: string };
    return { ...answer, status: response.status, contentType: response.headers.get('content-type') };
  }
  const verify = (body: unknown) => post(JSON.stringify(body));

  it('answers anyone, without credentials, what a value is worth and what it says', async () => {
    expect(await verify({ encoding: 'OCMF', value, publicKey })).toMatchObject({
      status: 200,
      result: 'valid',
      reason: 'verified',
      read: {
        meter: { serial: 'M1' },
        pagination: { context: 'T', number: '1' },
        readings: [{ at: '2026-03-01T12:00:00.000+01:00', transaction: 'B', value: '100.5', unit: 'kWh', status: 'G' }],
      },
    });
  });

  it.each([
    ['the encoding in another case', { encoding: 'ocmf', value, publicKey }],
    ['base64, as OCPP 2.x sends it', { encoding: 'OCMF', value: Buffer.from(value).toString('base64'), publicKey }],
    ['hex', { encoding: 'OCMF', value: Buffer.from(value).toString('hex'), publicKey }],
    ['no name of an encoding', { value, publicKey }],
    [
      'the key in the envelope of OCPP',
      { value, publicKey: Buffer.from(`oca:base16:asn1:${publicKey}`).toString('base64') },
    ],
  ])('reads %s', async (_name, body) => {
    expect(await verify(body)).toMatchObject({ status: 200, result: 'valid' });
  });

  it('tells the energy of a transaction that the value tells whole', async () => {
    const whole = meter.page({ PG: 'T1', RD: [begin, end] });
    const transaction = { result: 'valid', reason: 'verified', energyWh: '10250' };
    expect(await verify({ value: whole, publicKey })).toMatchObject({ result: 'valid', transaction });
    expect(await verify({ value, publicKey })).not.toHaveProperty('transaction');
    const unusable = meter.page({ PG: 'T1', RD: [begin, { ...end, EF: 'E' }] });
    expect(await verify({ value: unusable, publicKey })).toMatchObject({
      result: 'valid',
      transaction: { result: 'invalid', reason: 'energy-unusable' },
    });
  });

  it.each([
    ['invalid', 'signature-wrong', { encoding: 'OCMF', value: value.replace('100.5', '100.6'), publicKey }],
    ['invalid', 'signature-wrong', { encoding: 'OCMF', value, publicKey: new TestMeter().keyHex }],
    ['no-key', 'key-missing', { encoding: 'OCMF', value }],
    ['no-key', 'key-missing', { encoding: 'OCMF', value, publicKey: '' }],
    ['unreadable', 'key-unreadable', { encoding: 'OCMF', value, publicKey: 'none' }],
    ['unreadable', 'encoding-not-supported', { encoding: 'EDL', value: 'AP;0;3', publicKey }],
    ['unreadable', 'not-ocmf', { encoding: 'OCMF', value: 'AP;0;3', publicKey }],
  ])('answers %s, %s', async (result, reason, body) => {
    expect(await verify(body)).toMatchObject({ status: 200, result, reason });
  });

  it.each([
    ['no body', '', 400],
    ['no JSON', '{', 400],
    ['no value', '{}', 400],
    ['an empty value', '{"value":""}', 400],
    ['a value that is no text', '{"value":{"a":[1]}}', 400],
    ['a key that is no text', '{"value":"OCMF|","publicKey":1}', 400],
    ['a list', '[]', 400],
    ['a value beyond the bound', JSON.stringify({ value: 'x'.repeat(131_073) }), 400],
    ['a key beyond the bound', JSON.stringify({ value, publicKey: 'a'.repeat(4_097) }), 400],
    ['a body beyond the bound', JSON.stringify({ value: 'x'.repeat(1_000_000) }), 413],
    ['deep nesting', `{"value":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 400],
  ])('refuses %s with a problem', async (_name, body, status) => {
    expect(await post(body)).toMatchObject({
      status,
      contentType: expect.stringMatching(/^application\/problem\+json/),
    });
  });

  it.each([
    '\u0000',
    '\ud800',
    'OCMF|\u0000|\ud800',
    `OCMF|${'{"a":'.repeat(20_000)}|{}`,
    'OCMF|{"__proto__":{"RD":[{}]}}|{}',
  ])('reads no sense into hostile values, and does not break (case %#)', async (hostile) => {
    expect(await verify({ encoding: 'OCMF', value: hostile, publicKey: hostile.slice(0, 4_000) })).toMatchObject({
      status: 200,
      result: 'unreadable',
    });
  });
});
