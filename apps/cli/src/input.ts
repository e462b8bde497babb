import { createReadStream } from 'node:fs';
import { type Terminal, UsageError } from './command.js';

/** Far above any tariff, CDR or signed value; a mistaken file must not fill the memory. */
const INPUT_BYTES_MAX = 16 * 1024 * 1024;

/** The whole of a file as UTF-8 text; without a file or for `-`, of standard input. */
export async function readInput(file: string | undefined, { stdin }: Terminal): Promise<string> {
  const fromStdin = file === undefined || file === '-';
  const name = fromStdin ? 'Standard input' : file;
  try {
    return await readText(fromStdin ? stdin : createReadStream(file), name);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function readText(chunks: AsyncIterable<Uint8Array>, name: string): Promise<string> {
  const read: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > INPUT_BYTES_MAX) throw new UsageError(`${name} has more than ${INPUT_BYTES_MAX} bytes.`);
    read.push(chunk);
  }
  return Buffer.concat(read).toString('utf8');
}
