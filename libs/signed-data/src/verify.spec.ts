import { getCurves } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { reasons, verifySignedData } from './index.js';
import { TestMeter, meterTime } from './testing/meter.js';

const CURVES: readonly (readonly [openssl: string, names: readonly string[]])[] = [
  ['secp192k1', ['secp192k1']],
  ['prime192v1', ['secp192r1', 'prime192v1', 'P-192']],
  ['secp224r1', ['secp224r1']],
  ['secp256k1', ['secp256k1', 'SECP256K1']],
  ['prime256v1', ['secp256r1', 'SECP256R1', 'prime256v1', 'NIST P-256']],
  ['secp384r1', ['secp384r1', 'prime384v1']],
  ['secp521r1', ['secp521r1']],
  ['brainpoolP256r1', ['brainpool256r1', 'brainpoolP256r1', 'BRAINPOOLP256R1']],
  ['brainpoolP384r1', ['brainpool384r1', 'brainpoolP384r1']],
  ['brainpoolP512r1', ['brainpoolP512r1']],
];
const BEGIN = { TM: meterTime(0), TX: 'B', RV: 2935.6 };

const meter = new TestMeter();
const page = meter.page({ PG: 'T1', RD: [BEGIN] });
const reasonFor = (value: string | Uint8Array, key?: string, encoding?: string) =>
  verifySignedData({ encoding, value }, key).reason;

describe('every curve that meters sign on', () => {
  it('is known to this runtime', () => {
    expect(getCurves()).toEqual(expect.arrayContaining(CURVES.map(([openssl]) => openssl)));
  });

  const named = CURVES.flatMap(([curve, names]) => names.map((name) => [curve, name] as const));
  it.each(named)('%s verifies as %s, in every spelling of signature and key', (curve, name) => {
    const signer = new TestMeter({ curve, algorithm: `ECDSA-${name}-SHA256` });
    const [point, der] = [signer.keyPoint, signer.keyDer];
    const half = (point.length - 1) / 2;
    const compressed = Buffer.concat([Buffer.of(2 + (point.at(-1)! & 1)), point.subarray(1, half + 1)]);
    const keys = [der, point, point.subarray(1), compressed].flatMap((key) => [
      key.toString('hex'),
      key.toString('hex').toUpperCase(),
      key.toString('base64'),
    ]);
    for (const format of ['der', 'compact'] as const)
      for (const encoding of ['hex', 'HEX', 'base64'] as const) {
        const value = signer.page({ PG: 'T1', RD: [BEGIN] }, { format, encoding });
        for (const key of keys) expect([key, reasonFor(value, key)]).toEqual([key, 'verified']);
      }
  });

  it.each(CURVES.map(([curve]) => curve))('%s refuses another key and a changed signature', (curve) => {
    const [signer, other] = [new TestMeter({ curve }), new TestMeter({ curve })];
    const value = signer.page({ PG: 'T1', RD: [BEGIN] }, { format: 'compact' });
    expect(reasonFor(value, other.keyHex)).toBe('signature-wrong');
    const digit = value.lastIndexOf('"SD":"') + 20;
    const changed = value.slice(0, digit) + (value[digit] === '0' ? '1' : '0') + value.slice(digit + 1);
    expect(reasonFor(changed, signer.keyHex)).toBe('signature-wrong');
  });
});

describe('a signed value', () => {
  const encoded = (encoding: string) => Buffer.from(page).toString(encoding as BufferEncoding);

  it('is read as itself, in base64 and in hex, with white space around it', () => {
    const spellings = [page, ` \n${page}\n`, `\ufeff${page}`, ...['base64', 'base64url', 'hex'].map(encoded)];
    for (const value of spellings) expect([value, reasonFor(value, meter.keyHex)]).toEqual([value, 'verified']);
    expect(reasonFor(Buffer.from(page), meter.keyHex)).toBe('verified');
  });
  it('is read from the JSON that OCPP 1.6 stations put into a sampled value', () => {
    for (const signedMeterData of [page, encoded('base64')]) {
      const value = JSON.stringify({ signedMeterData, encodingMethod: 'OCMF', signingMethod: '', publicKey: '' });
      expect(reasonFor(value, meter.keyHex)).toBe('verified');
    }
    for (const value of ['{', '{"signedMeterData":5}', `{"signedMeterData":"{}"}`, `${'{"a":'.repeat(9_000)}1`])
      expect(reasonFor(value, meter.keyHex, 'OCMF')).toBe('not-ocmf');
  });

  it('is checked over exactly its bytes: white space, a repeated member, a pipe in a text', () => {
    const payload = `{ "FV":"1.0",\r\n\t"FV" : "1.1", "PG":"T7","ID":"a|b\\"|\\\\","RD":[${JSON.stringify(BEGIN)} ] } `;
    const value = meter.signed(payload);
    const verdict = verifySignedData({ value }, meter.keyHex);
    expect(verdict).toMatchObject({ reason: 'verified', read: { formatVersion: '1.1', user: { id: 'a|b"|\\' } } });
    const tidied = value.toString().replace('{ "FV"', '{"FV"');
    expect(reasonFor(tidied, meter.keyHex)).toBe('signature-wrong');
  });

  it('need not be UTF-8', () => {
    const payload = Buffer.from(`{"PG":"T7","ID":"Gr\u00f6\u00dfe","RD":[${JSON.stringify(BEGIN)}]}`, 'latin1');
    const verdict = verifySignedData({ value: meter.signed(payload).toString('base64') }, meter.keyHex);
    expect(verdict).toMatchObject({ reason: 'verified', read: { user: { id: 'Größe' } } });
  });

  it('is by default on secp256r1, signed in DER and hex', () => {
    const usual = new TestMeter({ algorithm: undefined });
    expect(reasonFor(usual.page({ PG: 'T1', RD: [BEGIN] }), usual.keyHex)).toBe('verified');
    const unusual = new TestMeter({ algorithm: undefined, curve: 'secp256k1' });
    expect(reasonFor(unusual.page({ PG: 'T1', RD: [BEGIN] }), unusual.keyHex)).toBe('key-curve-differs');
  });

  it.each(['base64', 'BASE64', 'hex', 'Hex', 'none'])(
    'verifies when it calls its signature %s, and is wrong',
    (label) => {
      for (const encoding of ['hex', 'base64'] as const)
        expect(reasonFor(meter.page({ PG: 'T1', RD: [BEGIN] }, { encoding, label }), meter.keyHex)).toBe('verified');
    },
  );

  it('ignores a key that it brings along itself', () => {
    const forged = new TestMeter();
    const value = `${forged.page({ PG: 'T1', RD: [BEGIN] })}|${forged.keyHex}`;
    expect(reasonFor(value)).toBe('key-missing');
    expect(reasonFor(value, meter.keyHex)).toBe('signature-wrong');
    expect(reasonFor(`${page}|${forged.keyHex}`, meter.keyHex)).toBe('verified');
  });

  it('is asked for its key by what it says', () => {
    const key = ({ meter: { serial } }: { meter: { serial?: string } }) => (serial === 'M1' ? meter.keyHex : undefined);
    expect(verifySignedData({ value: page }, key).reason).toBe('verified');
    expect(verifySignedData({ value: meter.page({ MS: 'M2', RD: [BEGIN] }) }, key).reason).toBe('key-missing');
  });

  it('shows what it says although nobody knows the key', () => {
    expect(verifySignedData({ value: page }, undefined)).toMatchObject({
      result: 'no-key',
      read: { meter: { serial: 'M1' }, pagination: { context: 'T', number: '1' } },
    });
  });
});

describe('a public key', () => {
  const { keyHex, keyDer, publicKey } = meter;
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  it.each([
    ['PEM', pem],
    ['PEM with Windows line ends', pem.replaceAll('\n', '\r\n')],
    ['base64 over PEM', base64(pem)],
    ['groups of digits', keyHex.replaceAll(/(.{4})/g, '$1 ')],
    ['digits with colons', keyHex.replaceAll(/(..)(?!$)/g, '$1:')],
    ['a leading 0x', `0x${keyHex}`],
    ['base64 in lines', keyDer.toString('base64').replaceAll(/(.{20})/g, '$1\n')],
    ['URL-safe base64', keyDer.toString('base64url')],
    ['the envelope of the Open Charge Alliance', `oca:base16:asn1:${keyHex}`],
    ['base64 over that envelope, as OCPP sends it', base64(`oca:base16:asn1:${keyHex}`)],
    ['base64 over bare hex, as its example does', base64(keyHex)],
  ])('is read from %s', (_name, key) => {
    expect(reasonFor(page, key)).toBe('verified');
  });

  it.each([
    'garbage',
    '00',
    '30590000',
    'MFkw',
    '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----',
    keyHex.slice(2),
    `04${'11'.repeat(64)}`,
    'é'.repeat(10),
    'a'.repeat(1_000_000),
  ])('that is none is told from a wrong one (case %#)', (key) => {
    expect(reasonFor(page, key)).toBe('key-unreadable');
  });

  it.each(['', '  \n'])('may be missing as %j', (key) => {
    expect(reasonFor(page, key)).toBe('key-missing');
  });
});

describe('an encoding', () => {
  it.each(['OCMF', 'ocmf', ' Ocmf', 'OCMF 1.0'])('%j is read', (encoding) => {
    expect(reasonFor(page, meter.keyHex, encoding)).toBe('verified');
  });

  it.each(['Alfen Eichrecht', 'EDL', 'EDL40 Mennekes', 'Other', 'DLMS Message', ''])('%j is not', (encoding) => {
    expect(reasonFor(page, meter.keyHex, encoding)).toBe('encoding-not-supported');
  });

  it('is not guessed at when the value is something else', () => {
    expect(reasonFor('AP;0;3;AJ2J7LYMGCIWT4AHUJPPFIIVB3FGRV2JQ2HVZG2I;BIHEIWSHAAA2W2V7OYYDCNQAAFAAAAAAAAA=')).toBe(
      'encoding-not-supported',
    );
    expect(reasonFor('AP;0;3', undefined, 'OCMF')).toBe('not-ocmf');
  });
});

describe('what cannot be read', () => {
  const signature = page.slice(page.lastIndexOf('|'));
  const nested = (depth: number) => `OCMF|{"RD":${'['.repeat(depth)}${']'.repeat(depth)}}${signature}`;

  it.each([
    ['encoding-not-supported', ''],
    ['encoding-not-supported', 'OCMF'],
    ['not-ocmf', 'OCMF|'],
    ['not-ocmf', 'OCMF|{}'],
    ['payload-not-json', 'OCMF||'],
    ['payload-not-json', 'OCMF|[]|{}'],
    ['payload-not-json', `OCMF|null${signature}`],
    ['payload-not-json', `OCMF|{"RD":[}${signature}`],
    ['version-not-supported', `OCMF|{"RD":[{}],"FV":"2.0"}${signature}`],
    ['readings-missing', `OCMF|{}${signature}`],
    ['readings-missing', `OCMF|{"RD":[]}${signature}`],
    ['readings-missing', `OCMF|{"RD":[1]}${signature}`],
    ['readings-missing', `OCMF|{"RD":{"0":{}}}${signature}`],
    ['readings-missing', `OCMF|{"RD":[${'{},'.repeat(1_000)}{}]}${signature}`],
    ['signature-missing', 'OCMF|{"RD":[{}]}|'],
    ['signature-missing', 'OCMF|{"RD":[{}]}|{"SD":5,"SA":'],
    ['signature-missing', 'OCMF|{"RD":[{}]}|{"SD":null}'],
    ['algorithm-not-supported', 'OCMF|{"RD":[{}]}|{"SD":"00","SA":"RSA-SHA256"}'],
    ['algorithm-not-supported', 'OCMF|{"RD":[{}]}|{"SD":"00","SA":"ECDSA-secp256r1-SHA1"}'],
    ['algorithm-not-supported', 'OCMF|{"RD":[{}]}|{"SD":"00","SA":"ECDSA-secp999r1-SHA256"}'],
    ['signature-malformed', 'OCMF|{"RD":[{}]}|{"SD":"nonsense"}'],
    ['signature-malformed', 'OCMF|{"RD":[{}]}|{"SD":""}'],
    ['readings-missing', nested(15)],
    ['payload-not-json', nested(16)],
    ['payload-not-json', nested(30_000)],
    ['value-too-large', 'x'.repeat(200_000)],
    ['value-too-large', `OCMF|{"ID":"${'x'.repeat(70_000)}","RD":[{}]}${signature}`],
  ])('is called %s (case %#)', (reason, value) => {
    expect(reasonFor(value, meter.keyHex)).toBe(reason);
  });

  it('never throws, and takes no time worth mentioning, whatever the bytes', () => {
    const hostile = ['-', '{"', '\\', '|', '"', '[{', '\u0000', '\ud800', '<![CDATA[', 'ecdsa-', '9'];
    const frames = ['OCMF|#|#', 'OCMF|{"RD":[{"TM":"#","RV":"#","RI":"#"}]}|{"SD":"#","SA":"#","SE":"#"}', '#'];
    const started = performance.now();
    for (const bit of hostile)
      for (const frame of frames) {
        const value = frame.replaceAll('#', () => bit.repeat(60_000 / bit.length / 8));
        expect(reasons).toHaveProperty(reasonFor(value, meter.keyHex));
      }
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('is told from a signature of zeros', () => {
    for (const length of [64, 128]) {
      const value = `${page.slice(0, page.lastIndexOf('|'))}|{"SA":"ECDSA-secp256r1-SHA256","SD":"${'0'.repeat(length)}"}`;
      expect(verifySignedData({ value }, meter.keyHex).result).toBe('invalid');
    }
  });
});

describe('a reading', () => {
  const readingsOf = (...RD: object[]) => verifySignedData({ value: meter.page({ RD }) }, undefined).read?.readings;

  it('takes over what it leaves out from the one before', () => {
    const energy = { RI: '1-0:1.8.0', RU: 'kWh', RT: 'DC', EF: 't', ST: 'G' };
    const [begin, , end] =
      readingsOf({ ...BEGIN, ...energy, CL: 1 }, { RV: 1 }, { TX: 'E', TM: meterTime(5, 'R') }) ?? [];
    expect(begin).toEqual({
      at: '2026-03-01T12:00:00.000+01:00',
      timeStatus: 'synchronized',
      transaction: 'B',
      value: '2935.6',
      unit: 'kWh',
      obis: '1-0:1.8.0',
      currentType: 'DC',
      cumulatedLoss: '1',
      errorFlags: 't',
      status: 'G',
    });
    const { cumulatedLoss: _, ...kept } = begin!;
    expect(end).toEqual({
      ...kept,
      at: '2026-03-01T12:05:00.000+01:00',
      timeStatus: 'relative',
      transaction: 'E',
      value: '1',
    });
  });

  it('keeps every digit that the meter wrote', () => {
    const value = meter.signed('{"RD":[{"RV":2935.600},{"RV":0.10000000000000000001},{"RV":"   9.038"},{"RV":1E3}]}');
    const { read } = verifySignedData({ value }, meter.keyHex);
    expect(read?.readings.map((reading) => reading.value)).toEqual([
      '2935.600',
      '0.10000000000000000001',
      '9.038',
      '1E3',
    ]);
  });

  it.each([
    ['2018-07-24T13:22:04,000+0200 S', '2018-07-24T13:22:04.000+02:00', 'synchronized'],
    ['2018-07-24T13:22:04+02:00 I', '2018-07-24T13:22:04.000+02:00', 'informative'],
    ['2018-07-24T13:22:04.5Z u', '2018-07-24T13:22:04.5Z', 'unknown'],
    ['2018-07-24T13:22:04,000-0930', '2018-07-24T13:22:04.000-09:30', undefined],
    ['2018-13-24T13:22:04,000+0200 S', undefined, undefined],
    ['yesterday', undefined, undefined],
  ])('at %s is at %s', (TM, at, timeStatus) => {
    const [reading] = readingsOf({ TM }) ?? [];
    expect([reading?.at, reading?.timeStatus]).toEqual([at, timeStatus]);
  });
});
