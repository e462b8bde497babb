import { Problem, problem } from '../problem.js';
import { demandStorable } from '../http/storable.js';

/** A line of a body of JSON lines, and its value or why it has none. */
export type JsonLine = { readonly line: number } & ({ readonly value: unknown } | { readonly refused: Problem });

export interface LineLimits {
  readonly lines: number;
  readonly lineBytes: number;
  readonly bytes: number;
}

const NEWLINE = 0x0a;
/** As many lines may be empty as there may be others. */
const EMPTY_FACTOR = 2;

/**
 * Reads JSON lines as they come; empty ones are counted and passed over. A line that cannot be read is told as such, and what
 * follows is read all the same. Throws `payload-too-large` once there is more than may be.
 */
export async function* jsonLines(body: AsyncIterable<Uint8Array>, limits: LineLimits): AsyncGenerator<JsonLine> {
  let line = 0;
  for await (const text of linesOf(body, limits.bytes)) {
    line += 1;
    const isEmpty = text.every((byte) => byte <= 0x20);
    if (line > (isEmpty ? EMPTY_FACTOR : 1) * limits.lines)
      throw problem('payload-too-large', { detail: `There are more than ${limits.lines} lines.` });
    if (isEmpty) continue;
    yield { line, ...read(text, limits.lineBytes) };
  }
}

async function* linesOf(body: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Buffer> {
  let begun: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limit) throw problem('payload-too-large', { detail: `The body has more than ${limit} bytes.` });
    let rest = chunk;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      yield Buffer.concat([...begun, rest.subarray(0, end)]);
      begun = [];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) begun.push(rest);
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}

function read(text: Buffer, lineBytes: number): { value: unknown } | { refused: Problem } {
  if (text.length > lineBytes)
    return { refused: problem('payload-too-large', { detail: `The line has more than ${lineBytes} bytes.` }) };
  try {
    const value: unknown = JSON.parse(text.toString('utf8'));
    demandStorable(value, { anyText: false });
    return { value };
  } catch (error) {
    if (error instanceof Problem) return { refused: error };
    return { refused: problem('bad-request', { detail: 'The line is not JSON.' }) };
  }
}
