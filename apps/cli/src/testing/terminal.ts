import type { Environment } from '@chargemesh/service/settings';
import type { Terminal } from '../command.js';

/** A terminal whose standard input is the text given, and which remembers what was written to it. */
export function terminalOf(
  input = '',
  environment: Environment = {},
): Terminal & { written: { out: string; err: string } } {
  const written = { out: '', err: '' };
  return {
    written,
    environment,
    stdin: chunks(Buffer.from(input)),
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
  };
}

async function* chunks(bytes: Buffer): AsyncIterable<Uint8Array> {
  const half = Math.ceil(bytes.length / 2);
  for (const chunk of [bytes.subarray(0, half), bytes.subarray(half)]) yield await Promise.resolve(chunk);
}
