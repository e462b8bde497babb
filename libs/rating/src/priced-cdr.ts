import type { Session } from './session.js';
import type { TaxTotal } from './taxes.js';
import type { TracedLine } from './traced-line.js';

/** What a CDR of ours says of its price: enough to recompute it from the CDR alone. */
export interface PricedCdr extends Pick<Session, 'startedAt' | 'endedAt' | 'periods'> {
  /** A credit has the amounts of what it credits, negated. */
  readonly kind?: string;
  readonly location: { readonly timeZone: string };
  /** As it was pinned, with its taxes; a session that no tariff applied to has none, and is free. */
  readonly tariff?: unknown;
  /** What it states of its periods; compared with them where it is there. */
  readonly energyWh?: number;
  readonly durationS?: number;
  readonly parkingS?: number;
  readonly currency: string;
  readonly totalBeforeTaxes: string;
  readonly totalInclTaxes: string;
  /** Older CDRs do not tell them apart. */
  readonly taxes?: readonly TaxTotal[];
  readonly lines: readonly TracedLine[];
}

export interface Difference {
  /** `totalInclTaxes`, `lines[2].volume`. */
  readonly path: string;
  readonly said: string;
  readonly recomputed: string;
}
