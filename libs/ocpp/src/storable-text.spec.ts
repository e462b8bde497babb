import { describe, expect, it } from '@jest/globals';
import { parseFrame } from './frames.js';
import { maybeUnstorable, storable, storableText, wasUnstorable } from './storable-text.js';

/** Characters that go wrong somewhere: controls, blanks, halves of pairs; a whole pair, and ordinary ones. */
const CHARS = [
  ...['\0', '\x01', '\x1e', '\x7f', '\x85', ' ', '\t', '\n', '\u00a0', '\ud800', '\udfff', '\u{1f50c}'],
  ...['a', '"', '\\', 'ß', '{'],
];
/** Every text of up to three of them. */
const TEXTS = ['', ...CHARS, ...CHARS.flatMap((a) => CHARS.flatMap((b) => [a + b, ...CHARS.map((c) => a + b + c)]))];

describe('a text of a station', () => {
  it.each([
    ['ends with NULs of a buffer', 'CARD1\0\0\0', 'CARD1'],
    ['ends with blanks', 'CARD1 \t\r\n ', 'CARD1'],
    ['ends with both', 'CARD1 \0 \0', 'CARD1'],
    ['is nothing else', '\0 \0', ''],
    ['begins with blanks, which may be meant', '  CARD1', '  CARD1'],
    ['has lines', 'one\ntwo\tthree', 'one\ntwo\tthree'],
    ['has a NUL within', 'CA\0RD', 'CA\ufffdRD'],
    ['has other controls', '\x01A\x1eB\x1fC\x7fD\x85E', '\ufffdA\ufffdB\ufffdC\ufffdD\ufffdE'],
    ['has half a surrogate pair', 'A\ud83dB\udd0cC', 'A\ufffdB\ufffdC'],
    ['has a whole one', 'A\u{1f50c}', 'A\u{1f50c}'],
  ])('that %s', (_, text, expected) => {
    expect(storableText(text)).toBe(expected);
  });

  it('is cut in time, however many blanks are in it', () => {
    const text = `${' '.repeat(1_000_000)}x`;
    expect(storableText(text)).toBe(text);
  });

  it('is storable and mended once for all, whatever it was', () => {
    for (const text of TEXTS) {
      const once = storableText(text);
      expect(once.isWellFormed() && !once.includes('\0') && once === once.trimEnd()).toBe(true);
      expect(storableText(once)).toBe(once);
    }
  });

  it('tells a token that was unstorable', () => {
    expect(
      ['CA\0RD', '\ud800', 'CA\nRD', 'CARD1\0', 'CARD 1', 'ß'].map((text) => wasUnstorable(storableText(text))),
    ).toEqual([true, true, true, false, false, false]);
  });
});

describe('a payload of a station', () => {
  it('is mended in every text and name, and is the same where there is nothing to mend', () => {
    const fine = { idTag: 'A', list: [1, null, { a: true }] };
    expect(storable(fine)).toBe(fine);
    expect(storable({ idTag: 'A\0', list: ['b ', { 'c\0': 'd\0e' }], number: 1 })).toEqual({
      ...{ idTag: 'A', list: ['b', { c: 'd\ufffde' }], number: 1 },
    });
  });

  it('keeps signed data byte for byte', () => {
    const [of16, of2] = [
      {
        sampledValue: [
          { value: 'OCMF|{}\0 \ud800', format: 'SignedData' },
          { value: '7 \0', unit: 'Wh\0' },
        ],
      },
      { signedMeterValue: { signedMeterData: 'OCMF|{}\r\n\0', encodingMethod: 'OCMF\0' } },
    ];
    expect(storable(of16).sampledValue).toEqual([of16.sampledValue[0], { value: '7', unit: 'Wh' }]);
    expect(storable(of2).signedMeterValue).toEqual({ signedMeterData: 'OCMF|{}\r\n\0', encodingMethod: 'OCMF' });
  });

  it('takes a name of the prototype for a name like any other', () => {
    expect(storable(JSON.parse('{"__proto__":"a\\u0000"}'))).toEqual(JSON.parse('{"__proto__":"a"}'));
  });

  it('is looked at wherever its JSON may hold such a text', () => {
    for (const text of TEXTS) {
      if (storableText(text) !== text) expect(maybeUnstorable(JSON.stringify([2, '1', 'A', { text }]))).toBe(true);
    }
    expect(maybeUnstorable('[2,"1","Heartbeat",{"idTag":"CARD 1"}]')).toBe(false);
  });

  it.each(['[2,"1","Authorize",{"idTag":"A\\u0000"}]', '[3,"1",{"idTag":"A "}]'])(
    'is mended as it is read: %s',
    (text) => {
      expect(parseFrame(text, 'ocpp1.6')).toMatchObject({ payload: { idTag: 'A' } });
    },
  );
});
