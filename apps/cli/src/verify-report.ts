import {
  type OcmfRecord,
  type Result,
  type SessionVerdict,
  type SignedReading,
  type Verdict,
  reasons,
} from '@chargemesh/signed-data';

export interface Verification {
  readonly result: Result;
  /** Whether the keys were given with `--key` or stood beside the values. */
  readonly keyFrom: 'option' | 'input';
  readonly values: readonly Verdict[];
  /** One for each transaction that the values tell. */
  readonly transactions: readonly SessionVerdict[];
}

/** What was found, for a reader who has never seen a signed value. */
export function reportOf({ values, transactions, keyFrom }: Verification): string {
  const parts = values.map((verdict, at) => valueReport(verdict, values.length > 1 ? `Value ${at + 1}` : 'The value'));
  const note = keyFrom === 'input' && values.some(({ publicKey }) => publicKey !== undefined) ? [KEY_NOTE] : [];
  return [...parts, ...transactions.map(transactionReport), ...note].join('\n\n');
}

const KEY_NOTE =
  'The key came with the values. That proves that they fit together; compare the key with the one on the station,\n' +
  'or give the one you trust with --key.';

function valueReport({ result, reason, read, publicKey }: Verdict, name: string): string {
  const lines = [`${name} is ${WORDS[result]}. ${reasons[reason][1]} (${reason})`];
  if (read) lines.push(...recordLines(read));
  if (publicKey !== undefined) lines.push(row('key', publicKey));
  return lines.join('\n');
}

const WORDS = { valid: 'VALID', invalid: 'INVALID', 'no-key': 'NOT CHECKED', unreadable: 'UNREADABLE' } as const;

function recordLines({ meter, gateway, pagination, user, tariffText, readings }: OcmfRecord): string[] {
  const serials = [meter.serial && `meter ${meter.serial}`, gateway.serial && `gateway ${gateway.serial}`];
  return [
    row('from', serials.filter((part) => part).join(', ')),
    row('page', pagination && `${pagination.context}${pagination.number}`),
    row('user', [user.type, user.id].filter((part) => part).join(' ')),
    row('tariff', tariffText),
    ...readings.map((reading) => row('reading', readingLine(reading))),
  ].filter((line) => line !== '');
}

function readingLine({ at, transaction, value, unit, obis, status, errorFlags }: SignedReading): string {
  const doubts = [status !== 'G' && `status ${status ?? 'unknown'}`, errorFlags && `error flags ${errorFlags}`];
  const said = [at ?? 'no time', REASONS[transaction ?? ''], value && `${value} ${unit ?? ''}`, obis, ...doubts];
  return said.filter((part) => part).join('  ');
}

const END = 'end';
const REASONS: Readonly<Record<string, string>> = {
  B: 'begin',
  C: 'charging',
  X: 'exception',
  E: END,
  L: END,
  R: END,
  A: END,
  P: END,
  S: 'suspended',
  T: 'tariff change',
};

function row(name: string, text: string | undefined): string {
  return text ? `  ${name.padEnd(8)} ${printable(text)}` : '';
}

/** What a value says goes to a terminal, and must not command it. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '\ufffd');
}

function transactionReport({ result, reason, energyWh }: SessionVerdict): string {
  if (energyWh !== undefined) return `The transaction is proven: ${energyWh} Wh.`;
  return `The transaction is not proven (${result}). ${reasons[reason][1]} (${reason})`;
}
