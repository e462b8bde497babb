import { parseArgs } from 'node:util';
import {
  type FiledValue,
  type Result,
  type Verdict,
  tellsWhole,
  verifySession,
  verifySignedData,
} from '@chargemesh/signed-data';
import { type Command, UsageError } from './command.js';
import { readInput } from './input.js';
import { signedValuesIn } from './verify-input.js';
import { type Verification, reportOf } from './verify-report.js';

const EXIT_CODES: Readonly<Record<Result, number>> = { valid: 0, invalid: 1, unreadable: 2, 'no-key': 3 };
/** What the whole is worth when its parts differ: the first of these that occurs. */
const WORST_FIRST: readonly Result[] = ['invalid', 'unreadable', 'no-key'];

export const verify: Command = {
  summary: 'checks signed meter values (OCMF): who wrote them, and how much energy they prove',
  usage: `usage: chargemesh verify [file] [--key <key>] [--json]

  file         OCMF values, a transparency XML, JSON with {encoding, value, publicKey} (or a list),
               or an OCPI CDR; standard input, if absent or "-"
  --key <key>  the meter's public key, in place of one in the file: PEM, or DER or a point in hex or
               base64; @path reads it from a file
  --json       the result as JSON, for programs

Several values are checked as one transaction: signatures, one meter, one key, consecutive
pagination, begin and end, and the energy between them. Values that each tell a whole
transaction are checked one by one.

exit codes: 0 valid, 1 invalid, 2 unreadable or called wrongly, 3 no key`,

  async run(args, terminal) {
    const options = { key: { type: 'string' }, json: { type: 'boolean' } } as const;
    const { values: given, positionals } = parseArgs({ args, allowPositionals: true, options });
    const [file, ...more] = positionals;
    if (more.length > 0) throw new UsageError('One file at a time, please.');
    const path = given.key?.startsWith('@') ? given.key.slice(1) : undefined;
    const key = path === undefined ? given.key : await readInput(path, terminal);
    const verification = verified(signedValuesIn(await readInput(file, terminal)), key);
    terminal.out(`${given.json ? JSON.stringify(verification, null, 2) : reportOf(verification)}\n`);
    return EXIT_CODES[verification.result];
  },
};

function verified(filed: readonly FiledValue[], key: string | undefined): Verification {
  const keyed = filed.map((value) => ({ ...value, publicKey: key ?? value.publicKey }));
  const values = keyed.map((value) => verifySignedData(value, value.publicKey));
  const transactions = transactionsIn(keyed, values).map((of) => verifySession(of, (_, index) => of[index]?.publicKey));
  const results = new Set([...values, ...transactions].map(({ result }) => result));
  const result = WORST_FIRST.find((each) => results.has(each)) ?? 'valid';
  return { result, keyFrom: key === undefined ? 'input' : 'option', values, transactions };
}

/** A single page of a transaction stands for itself; nobody said that it were the whole. */
function transactionsIn<T>(keyed: readonly T[], values: readonly Verdict[]): (readonly T[])[] {
  if (values.every(({ read }) => read && tellsWhole(read))) return keyed.map((value) => [value]);
  return keyed.length > 1 ? [keyed] : [];
}
