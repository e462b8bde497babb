import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { transparencyXml } from '@chargemesh/signed-data';
import { TestMeter, meterTime } from '@chargemesh/signed-data/testing';
import { commands } from './commands.js';
import { run } from './run.js';
import { terminalOf } from './testing/terminal.js';

const meter = new TestMeter();
const publicKey = meter.keyHex;
const [begin, end] = [
  { TM: meterTime(0), TX: 'B', RV: '100.500' },
  { TM: meterTime(30), TX: 'E', RV: 110.75 },
];
const first = meter.page({ PG: 'T1', RD: [begin], ID: 'red\u001b[31m' });
const last = meter.page({ PG: 'T2', RD: [end] });
const whole = meter.page({ PG: 'T3', RD: [begin, end] });
const base64 = (text: string) => Buffer.from(text).toString('base64');

async function verify(input: string, ...args: string[]) {
  const terminal = terminalOf(input);
  const code = await run(['verify', ...args], terminal, commands);
  return { code, ...terminal.written };
}
const verifyJson = async (input: string, ...args: string[]) => {
  const { code, out } = await verify(input, '--json', ...args);
  return { code, ...(JSON.parse(out) as Record<string, unknown>) };
};

describe('chargemesh verify', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chargemesh-verify-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('tells a reader what a valid value says', async () => {
    const { code, out, err } = await verify(first, '--key', publicKey);
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(
      [
        'The value is VALID. The signature is that of the key, over exactly these bytes. (verified)',
        '  from     meter M1, gateway G1',
        '  page     T1',
        '  user     NONE red\ufffd[31m',
        '  reading  2026-03-01T12:00:00.000+01:00  begin  100.500 kWh  1-0:1.8.0',
        `  key      ${publicKey.toUpperCase()}`,
        '',
      ].join('\n'),
    );
  });

  const proven = { code: 0, result: 'valid', transactions: [{ result: 'valid', energyWh: '10250' }] };
  it.each([
    ['a value that tells a whole transaction', JSON.stringify({ encoding: 'OCMF', value: whole, publicKey })],
    ['a list of values', JSON.stringify([first, last].map((value) => ({ value, publicKey })))],
    ['values as OCPP 2.x sends them', JSON.stringify([first, last].map(ocppValue))],
    ['an OCPI CDR', JSON.stringify({ id: 'C1', signed_data: ocpiData([first, last]) })],
    [
      'a transparency file',
      transparencyXml(
        [first, last].map((value) => ({ value, publicKey })),
        1n,
      ),
    ],
    ['a transparency file with a byte order mark', `\ufeff${transparencyXml([{ value: whole, publicKey }], 1n)}`],
  ])('reads %s', async (_name, input) => {
    expect(await verifyJson(input)).toMatchObject({ ...proven, keyFrom: 'input' });
  });

  function ocppValue(value: string) {
    const key = base64(`oca:base16:asn1:${publicKey}`);
    return { signedMeterData: base64(value), encodingMethod: 'OCMF', publicKey: key, signingMethod: '' };
  }

  function ocpiData(values: string[]) {
    const signed = values.map((value) => ({ nature: 'Start', plain_data: '', signed_data: base64(value) }));
    return { encoding_method: 'OCMF', public_key: meter.keyDer.toString('base64'), signed_values: signed };
  }

  it.each([
    ['one after another', `${first}\n${last}\n`],
    ['with Windows line ends', `${last}\r\n${first}\r\n`],
  ])('reads OCMF values %s', async (_name, input) => {
    expect(await verifyJson(input, '--key', publicKey)).toMatchObject({ ...proven, keyFrom: 'option' });
  });

  it('reads files, and keys from files', async () => {
    await writeFile(join(folder, 'values.txt'), `${first}\n${last}`);
    await writeFile(join(folder, 'key.pem'), meter.publicKey.export({ format: 'pem', type: 'spki' }));
    const { code, out } = await verify('', join(folder, 'values.txt'), '--key', `@${join(folder, 'key.pem')}`);
    expect([code, out]).toEqual([0, expect.stringContaining('The transaction is proven: 10250 Wh.')]);
    expect(await verify('', join(folder, 'none.txt'))).toMatchObject({ code: 2, out: '' });
  });

  it('prefers the key of its caller to that of the file, and says where the key came from', async () => {
    const input = JSON.stringify({ value: whole, publicKey });
    expect(await verify(input)).toMatchObject({
      code: 0,
      out: expect.stringContaining('The key came with the values.'),
    });
    const other = new TestMeter().keyHex;
    const { code, out } = await verify(input, '--key', other);
    expect([code, out]).toEqual([1, expect.not.stringContaining('The key came with the values.')]);
  });

  it('takes values that each tell a whole transaction one by one', async () => {
    const input = [whole, meter.page({ PG: 'T9', RD: [begin, { ...end, RV: 200 }] })].join('\n');
    expect(await verifyJson(input, '--key', publicKey)).toMatchObject({
      code: 0,
      transactions: [{ energyWh: '10250' }, { energyWh: '99500' }],
    });
  });

  it.each([
    [1, 'signature-wrong', whole.replace('100.500', '100.501'), ['--key', publicKey]],
    [1, 'pagination-gap', `${first}\n${meter.page({ PG: 'T5', RD: [end] })}`, ['--key', publicKey]],
    [1, 'end-missing', `${first}\n${meter.page({ PG: 'T2', RD: [{ ...end, TX: 'C' }] })}`, ['--key', publicKey]],
    [1, 'energy-unusable', meter.page({ PG: 'T1', RD: [begin, { ...end, EF: 'E' }] }), ['--key', publicKey]],
    [2, 'encoding-not-supported', 'AP;0;3;', ['--key', publicKey]],
    [2, 'key-unreadable', whole, ['--key', 'none']],
    [3, 'key-missing', whole, []],
  ])('exits with %i for %s', async (code, reason, input, args) => {
    expect(await verify(input, ...args)).toMatchObject({ code, out: expect.stringContaining(`(${reason})`), err: '' });
  });

  it.each([
    ['nothing', '', []],
    ['broken JSON', '{"value":', []],
    ['JSON without values', '{"a":1}', []],
    ['a list in which one item is no value', JSON.stringify([{ value: whole }, 5]), []],
    ['a CDR without signed data', JSON.stringify({ signed_data: { signed_values: [] } }), []],
    ['a transparency file without values', '<values></values>', []],
    ['two files', whole, ['a', 'b']],
    ['an unknown option', whole, ['--quiet']],
  ])('exits with 2 and a sentence for %s', async (_name, input, args) => {
    expect(await verify(input, ...args)).toEqual({ code: 2, out: '', err: expect.stringMatching(/\w+ .*\./) });
  });
});
