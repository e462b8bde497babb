import { describe, expect, it } from '@jest/globals';
import { csvRecord } from './csv.js';

describe('a record of CSV', () => {
  it('ends in CRLF and quotes what would be read as more than one field or record', () => {
    expect(csvRecord(['a', 'b,c', 'd"e', 'f\ng', 'h\r', '', null, undefined, 0])).toBe(
      'a,"b,c","d""e","f\ng","h\r",,,,0\r\n',
    );
  });

  it.each([
    '=1+1',
    '+1+1',
    '-2+3',
    '@SUM(A1)',
    ' =1',
    '\t=1',
    '\u00a0=1',
    '%0A',
    '|x',
    '\uff1d1',
    '-1 EUR',
    '--1',
    '1=2',
  ])('does not let %j be run by a spreadsheet', (text) => {
    const [field] = csvRecord([text]).split('\r\n');
    expect(field).toBe(text === '1=2' ? text : `'${text}`);
  });

  it('guards first and quotes then', () => {
    expect(csvRecord(['=HYPERLINK("http://x","y")', '\r=1'])).toBe(`"'=HYPERLINK(""http://x"",""y"")","'\r=1"\r\n`);
  });

  it.each(['-8.00', '-0', '12.3', '0.000000000000000001', '-123456789012345678.5'])('leaves the decimal %s', (text) => {
    expect(csvRecord([text])).toBe(`${text}\r\n`);
  });
});
