import {
  OcpiCdrInvalid,
  SessionInvalid,
  TariffInvalid,
  TimeZoneUnknown,
  rateOcpi,
  traceTeller,
} from '@chargemesh/rating';
import { problem } from '@chargemesh/service';
import type { RateBody, RateView } from './rate.schema.js';

/** The price of a CDR with its trace. Throws the problem of a tariff or a CDR that cannot be rated. */
export function rated(body: RateBody): RateView {
  try {
    const { lines, taxes, notes, ...result } = rateOcpi(body);
    const tell = traceTeller(result.currency, body.language);
    const trace = lines.map((line) => ({
      ...line,
      taxes: [...line.taxes],
      notes: [...line.notes],
      sentence: tell(line),
    }));
    return { ...result, taxes: [...taxes], notes: [...notes], trace };
  } catch (error) {
    throw rateProblem(error);
  }
}

/** The problem of what cannot be rated; any other error as it is. */
export function rateProblem(error: unknown): unknown {
  if (error instanceof TariffInvalid) return problem('tariff-invalid', { problems: error.problems });
  if (error instanceof TimeZoneUnknown) return problem('time-zone-unknown', { detail: error.message });
  if (error instanceof SessionInvalid && (error.code === 'too-much-work' || error.code === 'too-many-changes')) {
    return problem('rating-too-large', { detail: error.message });
  }
  if (error instanceof OcpiCdrInvalid || error instanceof SessionInvalid) {
    const { code, message } = error;
    return problem('cdr-invalid', { detail: message, problems: [{ code, message }] });
  }
  return error;
}
