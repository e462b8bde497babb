import { describe, expect, it } from '@jest/globals';
import { NotExportable, isTransparencyXml, readTransparencyXml, transparencyXml, verifySignedData } from './index.js';
import { TestMeter, meterTime } from './testing/meter.js';

const meter = new TestMeter();
const [begin, end] = [
  { TM: meterTime(0), TX: 'B', RV: 1 },
  { TM: meterTime(9), TX: 'E', RV: 2 },
];
const publicKey = meter.keyHex;

describe('the transparency file', () => {
  it('has the elements, attributes and order of the software’s schema', () => {
    const [first, last] = [meter.page({ PG: 'T1', RD: [begin] }), meter.page({ PG: 'T2', RD: [end] })];
    expect(transparencyXml([{ value: first, publicKey }, { value: last }], 4711n)).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<values>',
        '  <value transactionId="4711" context="Transaction.Begin">',
        `    <publicKey encoding="hex">${publicKey.toUpperCase()}</publicKey>`,
        `    <signedData format="OCMF" encoding="plain">${first}</signedData>`,
        '  </value>',
        '  <value transactionId="4711" context="Transaction.End">',
        `    <signedData format="OCMF" encoding="plain">${last}</signedData>`,
        '  </value>',
        '</values>',
        '',
      ].join('\n'),
    );
  });

  it.each([
    [[begin, end], undefined],
    [[begin], 'Transaction.Begin'],
    [[end], 'Transaction.End'],
    [[{ TX: 'C' }], 'Sample.Periodic'],
  ])('names the context of %j as %s', (RD, context) => {
    const [, named] = /context="([^"]*)"/.exec(transparencyXml([{ value: meter.page({ RD }) }], 1n)) ?? [];
    expect(named).toBe(context);
  });

  it('writes every key as the software takes it, whatever the spelling it came in', () => {
    const value = meter.page({ RD: [begin] });
    const spelled = [meter.keyPoint.toString('hex'), meter.keyDer.toString('base64'), `oca:base16:asn1:${publicKey}`];
    const files = spelled.map((key) => transparencyXml([{ value, publicKey: key }], 1n));
    expect(new Set(files).size).toBe(1);
    expect(files[0]).toContain(`>${publicKey.toUpperCase()}<`);
  });

  it('carries a value so that it verifies after reading, whatever stands in it', () => {
    const payload = `{"ID":"<a> & \\"b\\" ]]> |&lt;&#13;é€🔌",\r\n\t"RD":[${JSON.stringify(begin)}]}`;
    for (const value of [meter.signed(payload), meter.signed(payload).toString('base64')]) {
      const [read] = readTransparencyXml(transparencyXml([{ value, publicKey }], 1n)) ?? [];
      expect(read?.encoding).toBe('OCMF');
      expect(verifySignedData(read!, read!.publicKey).reason).toBe('verified');
    }
  });

  it.each([
    ['no OCMF', { value: 'AP;0;3' }],
    ['a key that is none', { value: meter.page({ RD: [begin] }), publicKey: 'none' }],
    [
      'a control character',
      { value: meter.signed(`{"ID":"x","RD":[{"TX":"B"}]} \u0001`.replace('} \u0001', ',"U\u0001":1}')) },
    ],
    ['Latin-1', { value: meter.signed(Buffer.from('{"ID":"\u00f6","RD":[{}]}', 'latin1')) }],
  ])('is not written for %s', (_name, value) => {
    expect(() => transparencyXml([value], 1n)).toThrow(NotExportable);
  });
});

describe('reading transparency files', () => {
  it('takes what others write: attributes in any order, CDATA, comments, references, empty keys', () => {
    const file = `<?xml version="1.0"?><!-- of a station --><values>
      <value\n transactionId="1" context="Transaction.Begin">
        <signedData encoding='plain' format='OCMF' transactionId="29">
          OCMF|{&quot;a&quot;:1}|{&#x22;b&#34;:2}
        </signedData><publicKey encoding="plain"> 3059 3013 </publicKey></value>
      <value><publicKey/><publicKey></publicKey><signedData><![CDATA[OCMF|{"a":"&lt;"}]]>|{}</signedData></value>
    </values>`;
    expect(isTransparencyXml(file)).toBe(true);
    expect(readTransparencyXml(file)).toEqual([
      { encoding: 'OCMF', value: 'OCMF|{"a":1}|{"b":2}', publicKey: '3059 3013' },
      { value: 'OCMF|{"a":"&lt;"}|{}' },
    ]);
  });

  it.each(['OCMF|<values>|{}', '{"value":"<values>"}', '', '<html></html>'])('does not take %j for one', (text) => {
    expect(isTransparencyXml(text)).toBe(false);
  });

  it.each([
    '<values></values>',
    '<values><value></value></values>',
    '<values><value><encodedData>30</encodedData></value></values>',
    `<values>${'<value><signedData>x</signedData></value>'.repeat(1_001)}</values>`,
  ])('finds nothing to check in a file without values that it knows, or with too many (case %#)', (text) => {
    expect(readTransparencyXml(text)).toBeUndefined();
  });

  it('takes no time worth mentioning for broken ones', () => {
    const started = performance.now();
    for (const bit of ['<value>', '<value', '<signedData>', '<value><signedData><![CDATA[', '&#x', '<!--', ' '])
      for (const frame of [
        '<values>#',
        '<values><value>#</value>',
        '<values><value><signedData>#</signedData></value>',
      ]) {
        const text = frame.replace('#', () => bit.repeat(1_000_000 / bit.length));
        isTransparencyXml(text);
        readTransparencyXml(text);
      }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
