import { SchemaViolation, validator } from '@chargemesh/contracts';
import { compare, parseDecimal, subtract, sum } from '@chargemesh/money';
import {
  type BilledCdr,
  Cdr221,
  Cdr230,
  PRECISIONS,
  type Party,
  type Precision,
  type PricedPeriod,
  type VersionNumber,
  ocpiCdr,
  versionNumbers,
} from '@chargemesh/ocpi';
import {
  type CompileTariff,
  OcpiCdrInvalid,
  type RatingResult,
  SessionInvalid,
  TariffInvalid,
  TimeZoneUnknown,
  compilingOnce,
  pricedPeriods,
  rateOcpi,
} from '@chargemesh/rating';

/** How a CDR goes to partners: in which versions, how exact, and why not in the others. */
export interface CdrCheck {
  /** Cut where the price changes. */
  readonly periods: readonly PricedPeriod[];
  readonly precisions: Partial<Record<VersionNumber, Precision>>;
  readonly held: Partial<Record<VersionNumber, string[]>>;
}

const REASON_MAX = 300;
const fits = { '2.2.1': validator(Cdr221), '2.3.0': validator(Cdr230) };

/**
 * Checks a CDR as a partner would: by the schema of each version, and by its price, which has to follow from the tariff
 * and the periods to the last cent. More decimals than OCPI's four are told only where four would change a total. What
 * cannot be sent rightly is held with its reasons.
 * @param compile shared by the CDRs of a batch
 */
export function checkCdr(
  cdr: BilledCdr,
  cpo: Party,
  heldBefore: readonly VersionNumber[] = [],
  compile = compilingOnce(),
): CdrCheck {
  const periods = periodsOf(cdr, compile);
  const precisions: CdrCheck['precisions'] = {};
  const held: CdrCheck['held'] = {};
  for (const version of versionNumbers) {
    const found = heldBefore.includes(version)
      ? ['the CDR that it credits is held']
      : firstFitting({ cdr, cpo, version, periods, compile });
    if (typeof found === 'string') precisions[version] = found;
    else held[version] = found.map((reason) => reason.slice(0, REASON_MAX));
  }
  return { periods, precisions, held };
}

interface Checked {
  readonly cdr: BilledCdr;
  readonly cpo: Party;
  readonly version: VersionNumber;
  readonly periods: readonly PricedPeriod[];
  readonly compile: CompileTariff;
}

function firstFitting({ cdr, cpo, version, periods, compile }: Checked): Precision | string[] {
  let reasons: string[] = [];
  for (const precision of PRECISIONS) {
    const object = ocpiCdr(cdr, cpo, { version, periods, precision, lastUpdated: new Date(cdr.issuedAt) });
    reasons = problemsOf({ version, cdr, compile }, object);
    if (reasons.length === 0) return precision;
  }
  return reasons;
}

/** Without measured periods, the session is one. */
function periodsOf(cdr: BilledCdr, compile: CompileTariff): readonly PricedPeriod[] {
  const { startedAt, endedAt, energyWh, tariff, location } = cdr;
  const whole: PricedPeriod = { startedAt, endedAt, energyWh, kind: 'charging' };
  const periods = cdr.periods.length > 0 ? cdr.periods : [whole];
  if (!tariff) return periods;
  try {
    const compiled = compile(tariff, { timeZone: location.timeZone });
    return pricedPeriods(compiled, { startedAt, endedAt, periods }) as PricedPeriod[];
  } catch (error) {
    if (isUnrateable(error)) return periods;
    throw error;
  }
}

function problemsOf(
  { version, cdr, compile }: Pick<Checked, 'version' | 'cdr' | 'compile'>,
  object: ReturnType<typeof ocpiCdr>,
): string[] {
  // As it is sent: without members that are undefined.
  const sent = JSON.parse(JSON.stringify(object)) as ReturnType<typeof ocpiCdr>;
  try {
    fits[version](sent);
    const { tariffs: [tariff] = [] } = sent;
    if (!tariff) return [];
    const timeZone = cdr.location.timeZone;
    return priceProblems(cdr, rateOcpi({ version, timeZone, tariff, cdr: sent }, compile));
  } catch (error) {
    if (error instanceof SchemaViolation || isUnrateable(error)) return [error.message];
    throw error;
  }
}

function priceProblems(cdr: BilledCdr, again: RatingResult): string[] {
  const totals = (['totalBeforeTaxes', 'totalInclTaxes'] as const).flatMap((member) =>
    compare(parseDecimal(cdr[member]), parseDecimal(again[member])) === 0
      ? []
      : [`${member} is ${cdr[member]}, and ${again[member]} by its tariff and periods`],
  );
  const contradicts = again.notes.includes('contradictory-volumes');
  return [...totals, ...partProblems(cdr), ...(contradicts ? ['its volumes contradict each other'] : [])];
}

/** The parts of the cost add up to the whole, but for what is rounded. */
function partProblems({ lines, totalInclTaxes }: BilledCdr): string[] {
  const parts = sum(lines.map(({ amountInclTaxes }) => parseDecimal(amountInclTaxes)));
  const rest = subtract(parts, parseDecimal(totalInclTaxes)).abs();
  return compare(rest, HALF_A_UNIT) > 0 ? ['its lines do not add up to its total'] : [];
}

/** Of the coarsest currency. */
const HALF_A_UNIT = parseDecimal('0.5');

function isUnrateable(error: unknown): error is Error {
  return [TariffInvalid, SessionInvalid, OcpiCdrInvalid, TimeZoneUnknown].some((kind) => error instanceof kind);
}
