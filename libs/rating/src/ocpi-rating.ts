import { compileTariff } from './compile.js';
import type { CompileTariff } from './compile-once.js';
import { type OcpiCdr, fromOcpiCdr } from './ocpi-cdr.js';
import { negated } from './negated.js';
import { contradictionsIn } from './ocpi-contradictions.js';
import { isRecord } from './problems.js';
import { rate } from './rate.js';
import type { RatingResult } from './result.js';

/** The versions of OCPI whose tariffs are read. */
export const OCPI_VERSIONS = ['2.2.1', '2.3.0'] as const;
export type OcpiVersion = (typeof OCPI_VERSIONS)[number];

/** What anyone needs to recompute a price: the tariff as published, and the CDR or Session with its charging periods. */
export interface OcpiRating {
  readonly version: OcpiVersion;
  /** IANA name of the location's time zone, which neither CDR nor tariff tells. */
  readonly timeZone: string;
  readonly tariff: unknown;
  readonly cdr: unknown;
}

/**
 * What an OCPI CDR or Session costs by an OCPI tariff; a credit takes that back. What the CDR itself claims to cost is
 * not looked at.
 * @throws TariffInvalid, OcpiCdrInvalid, SessionInvalid, TimeZoneUnknown
 */
export function rateOcpi(
  { version, timeZone, tariff, cdr }: OcpiRating,
  compile: CompileTariff = compileTariff,
): RatingResult {
  const read = cdr as OcpiCdr;
  const result = rate(compile(inWordsOf(version, tariff), { timeZone }), fromOcpiCdr(read));
  const noted = { ...result, notes: [...result.notes, ...contradictionsIn(read)] };
  return read.credit === true ? negated(noted) : noted;
}

const LIMITS = ['min_price', 'max_price'] as const;
/** What the versions call a limit before and after taxes. */
const BOUNDS: Readonly<Record<OcpiVersion, readonly string[]>> = {
  '2.2.1': ['excl_vat', 'incl_vat'],
  '2.3.0': ['before_taxes', 'after_taxes'],
};

/** The tariff without what its version does not know: a reader of that version would not see it either. */
function inWordsOf(version: OcpiVersion, tariff: unknown): unknown {
  if (!isRecord(tariff)) return tariff;
  const { tax_included: taxIncluded, ...known } = tariff;
  const read = version === '2.2.1' || taxIncluded === undefined ? known : tariff;
  const limits = LIMITS.flatMap((name) => (isRecord(read[name]) ? [[name, bounds(version, read[name])]] : []));
  return { ...read, ...Object.fromEntries(limits) };
}

function bounds(version: OcpiVersion, limit: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(limit).filter(([name]) => BOUNDS[version].includes(name)));
}
