import { parseArgs } from 'node:util';
import {
  OCPI_VERSIONS,
  OcpiCdrInvalid,
  type OcpiVersion,
  type PricedCdr,
  type RatingResult,
  type Reverification,
  SessionInvalid,
  TariffInvalid,
  TimeZoneUnknown,
  ocpiDifferences,
  rateOcpi,
  traceSentences,
  verifyTrace,
} from '@chargemesh/rating';
import { type Command, EXIT_OK, type Terminal, UsageError } from './command.js';
import { readInput } from './input.js';

const EXIT_NOT_RATEABLE = 1;
const options = {
  'time-zone': { type: 'string' },
  version: { type: 'string' },
  locale: { type: 'string' },
  json: { type: 'boolean' },
  check: { type: 'boolean' },
} as const;

/** What is rated, as far as the input says it. */
interface Asked {
  readonly tariff: unknown;
  readonly cdr: unknown;
  readonly timeZone: unknown;
  readonly version: unknown;
}

export const rate: Command = {
  summary: 'recomputes what an OCPI CDR costs by an OCPI tariff, line by line',
  usage: `usage: chargemesh rate tariff.json cdr.json [--time-zone <zone>] [--version <version>] [--json]
       chargemesh rate [--json] < both.json
       chargemesh rate --check ours.json [--json]

  tariff.json           an OCPI Tariff as published; "-" is standard input
  cdr.json              an OCPI CDR or Session with its charging periods; "-" is standard input
  both.json             {version, timeZone, tariff, cdr}, as POST /api/tariffs/v1/rate takes it
  ours.json             a CDR of chargemesh as its REST gives it, which holds its tariff and its trace; or an OCPI CDR
                        with its tariff in "tariffs"
  --check               rates a CDR of chargemesh by itself and compares it line by line,
                        and its energy, times, totals and taxes with what they are made of
  --time-zone <zone>    of the location, as the IANA database names it; UTC, if nothing says it
  --version <version>   ${OCPI_VERSIONS.join(' or ')}; told from the tariff, if absent
  --locale <locale>     the language and the spelling of numbers: en, de-AT, nl, fr, …
  --json                the result as JSON, for programs

exit codes: 0 rated, or equal; 1 cannot be rated, or different; 2 called wrongly`,

  async run(args, terminal) {
    const { values: given, positionals } = parseArgs({ args, allowPositionals: true, options });
    if (given.check) return check(positionals, given, terminal);
    const asked = await read(positionals, terminal);
    const version = versionOf(given.version ?? asked.version ?? impliedVersion(asked.tariff));
    const timeZone = given['time-zone'] ?? (typeof asked.timeZone === 'string' ? asked.timeZone : undefined);
    if (timeZone === undefined) terminal.err('No --time-zone was given: local times are taken as UTC.\n');
    try {
      const result = rateOcpi({ version, timeZone: timeZone ?? 'UTC', tariff: asked.tariff, cdr: asked.cdr });
      terminal.out(`${given.json ? JSON.stringify(result, null, 2) : reportOf(result, given.locale)}\n`);
      return EXIT_OK;
    } catch (error) {
      terminal.err(`${reasonOf(error)}\n`);
      return EXIT_NOT_RATEABLE;
    }
  },
};

interface Given {
  readonly json?: boolean | undefined;
  readonly version?: string | undefined;
  readonly 'time-zone'?: string | undefined;
}

async function check(files: readonly string[], given: Given, terminal: Terminal): Promise<number> {
  const { json = false } = given;
  const [file, ...more] = files;
  if (more.length > 0) throw new UsageError('One CDR at a time, please.');
  const cdr = await readJson(file, terminal);
  const ofOcpi = isRecord(cdr) && Array.isArray(cdr['charging_periods']) ? cdr : undefined;
  if (!ofOcpi && !isPriced(cdr))
    throw new UsageError('That is no CDR of chargemesh with its location, periods and lines, and none of OCPI.');
  const verdict = ofOcpi ? ocpiVerdict(ofOcpi, given) : verifyTrace(cdr as PricedCdr);
  terminal.out(`${json ? JSON.stringify(verdict, null, 2) : verdictOf(verdict)}\n`);
  return verdict.result === 'equal' ? EXIT_OK : EXIT_NOT_RATEABLE;
}

function ocpiVerdict(cdr: Record<string, unknown>, given: Given): Reverification {
  const [tariff] = Array.isArray(cdr['tariffs']) ? (cdr['tariffs'] as unknown[]) : [];
  try {
    const version = versionOf(given.version ?? impliedVersion(tariff));
    const differences = ocpiDifferences(version, given['time-zone'] ?? 'UTC', tariff, cdr);
    return { result: differences.length > 0 ? 'different' : 'equal', differences };
  } catch (error) {
    return { result: 'unverifiable', reason: reasonOf(error), differences: [] };
  }
}

function isPriced(cdr: unknown): cdr is PricedCdr {
  return isRecord(cdr) && isRecord(cdr['location']) && Array.isArray(cdr['periods']) && Array.isArray(cdr['lines']);
}

function verdictOf({ result, reason, differences }: Reverification): string {
  if (result === 'equal')
    return 'The price is EQUAL to what its tariff and periods give, in every line, and every figure to what it is made of.';
  if (result === 'unverifiable') return `The price CANNOT BE VERIFIED: ${reason}.`;
  const rows = differences.map(
    ({ path, said, recomputed }) => `  ${path}: ${said || 'nothing'}, should be ${recomputed || 'nothing'}`,
  );
  return ['The CDR is DIFFERENT from what its tariff and periods give:', ...rows].join('\n');
}

async function read(files: readonly string[], terminal: Terminal): Promise<Asked> {
  const [first, second, ...more] = files;
  if (more.length > 0) throw new UsageError('One tariff and one CDR at a time, please.');
  if (first === '-' && second === '-') throw new UsageError('Only one of the two can be standard input.');
  if (second === undefined) {
    const both = await readJson(first, terminal);
    if (!isRecord(both) || !('tariff' in both && 'cdr' in both)) throw new UsageError('There is no tariff and cdr.');
    const { tariff, cdr, timeZone, version } = both;
    return { tariff, cdr, timeZone, version };
  }
  const [tariff, cdr] = [await readJson(first, terminal), await readJson(second, terminal)];
  return { tariff, cdr, timeZone: undefined, version: undefined };
}

async function readJson(file: string | undefined, terminal: Terminal): Promise<unknown> {
  const text = await readInput(file, terminal);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file === undefined || file === '-' ? 'Standard input' : file} is not JSON.`);
  }
}

/** 2.3.0 brought taxes that are included, and other words for limits. */
function impliedVersion(tariff: unknown): OcpiVersion {
  const { tax_included: taxIncluded, min_price: min, max_price: max } = isRecord(tariff) ? tariff : {};
  const newer = taxIncluded !== undefined || [min, max].some((limit) => isRecord(limit) && 'before_taxes' in limit);
  return newer ? '2.3.0' : '2.2.1';
}

function versionOf(given: unknown): OcpiVersion {
  const version = OCPI_VERSIONS.find((one) => one === given);
  if (version) return version;
  throw new UsageError(`The version is ${OCPI_VERSIONS.join(' or ')}.`);
}

function reportOf(result: RatingResult, locale = 'en'): string {
  const taxes = result.taxes.map(({ name, percentage, amount }) => `${name} ${percentage}%: ${amount}`);
  const totals = [`before taxes: ${result.totalBeforeTaxes} ${result.currency}`, ...taxes];
  return [...traceSentences(result, locale), ...totals, ...result.notes.map((note) => `note: ${note}`)].join('\n');
}

function reasonOf(error: unknown): string {
  if (error instanceof TariffInvalid)
    return ['The tariff cannot be rated:', ...error.problems.map(({ path, message }) => `  ${path}: ${message}`)].join(
      '\n',
    );
  const known = [OcpiCdrInvalid, SessionInvalid, TimeZoneUnknown].some((kind) => error instanceof kind);
  if (known && error instanceof Error) return `It cannot be rated: ${error.message}.`;
  throw error;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
