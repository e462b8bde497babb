import { describe, expect, it } from '@jest/globals';
import { type JsonLine, jsonLines } from './json-lines.js';

const limits = { lines: 4, lineBytes: 30, bytes: 80 };

/** The lines of a text that arrives in pieces of so many bytes. */
async function linesOf(text: string, piece = 7): Promise<JsonLine[]> {
  const bytes = Buffer.from(text);
  async function* pieces() {
    for (let from = 0; from < bytes.length; from += piece) yield bytes.subarray(from, from + piece);
  }
  const read: JsonLine[] = [];
  for await (const line of jsonLines(pieces(), limits)) read.push(line);
  return read;
}

describe('JSON lines', () => {
  it.each([1, 2, 7, 100])('are the same in pieces of %i bytes, letters of several bytes included', async (piece) => {
    expect(await linesOf('{"a":"ä€😀"}\r\n\n2\n"end"', piece)).toEqual([
      { line: 1, value: { a: 'ä€😀' } },
      { line: 3, value: 2 },
      { line: 4, value: 'end' },
    ]);
  });

  it('of which one cannot be read are read on behind it', async () => {
    expect(await linesOf(`{"a":\n${'1'.repeat(31)}\n"\\u0000"\n4`)).toMatchObject([
      { line: 1, refused: { code: 'bad-request' } },
      { line: 2, refused: { code: 'payload-too-large' } },
      { line: 3, refused: { code: 'text-not-storable' } },
      { line: 4, value: 4 },
    ]);
  });

  it('are no more, and no longer in all, than is said', async () => {
    await expect(linesOf('1\n2\n3\n4\n5')).rejects.toMatchObject({ code: 'payload-too-large' });
    await expect(linesOf(' '.repeat(81))).rejects.toMatchObject({ code: 'payload-too-large' });
    expect(await linesOf('1\n2\n3\n4\n\n')).toHaveLength(4);
    await expect(linesOf('\n'.repeat(9))).rejects.toMatchObject({ code: 'payload-too-large' });
  });
});
