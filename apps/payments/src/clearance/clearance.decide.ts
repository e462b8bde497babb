import { FISCAL_RULES, type FiscalRule } from './country-rules.js';

/** What an operator takes upon itself: that it has looked up what a country's tax law asks, and meets it. */
export interface OwnClearance {
  readonly country: string;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
}

/**
 * `not-looked-up`: nobody has said what the country's tax law asks; `registration-missing`: it asks for what is not built;
 * `registration-not-set-up`: it asks for what the operator has no account for that can be used.
 */
export type NotCleared = 'not-looked-up' | 'registration-missing' | 'registration-not-set-up';

/** Whether an operator's ad hoc sales in a country are cleared, and if not, why. */
export interface Clearance {
  readonly country: string;
  readonly cleared: boolean;
  readonly stations: number;
  readonly reason?: NotCleared;
  readonly source?: string;
  readonly evidence?: FiscalRule['evidence'];
  readonly lookedUpOn?: string;
  /** The fiscal systems by which receipts of the country can be registered. */
  readonly systems?: readonly string[];
  /** Who has cleared it all the same. */
  readonly own?: OwnClearance;
}

/** What an operator has done for its countries. */
export interface Done {
  readonly own: readonly OwnClearance[];
  /** Where receipts are registered, by an account that can be used. */
  readonly registering: ReadonlySet<string>;
}

export function clearanceOf(
  places: readonly { readonly country: string; readonly stations: number }[],
  { own, registering }: Done,
  rules: Readonly<Record<string, FiscalRule>> = FISCAL_RULES,
): Clearance[] {
  return placesWith(places, own).map((place) => {
    const { country } = place;
    const said = own.find((one) => one.country === country);
    const byLaw = byRule(rules[country], registering.has(country));
    return { ...place, ...byLaw, ...(said ? { cleared: true, own: said } : {}) };
  });
}

/** Also where an operator has no stations yet, and has cleared the country. */
function placesWith(places: Parameters<typeof clearanceOf>[0], own: readonly OwnClearance[]) {
  const known = new Set(places.map(({ country }) => country));
  const others = own.filter(({ country }) => !known.has(country)).map(({ country }) => ({ country, stations: 0 }));
  return [...places, ...others].toSorted((one, other) => one.country.localeCompare(other.country));
}

function byRule(rule: FiscalRule | undefined, isRegistering: boolean): Omit<Clearance, 'country' | 'stations'> {
  if (!rule) return { cleared: false, reason: 'not-looked-up' };
  const { source, evidence, lookedUpOn } = rule;
  const found = { source, evidence, lookedUpOn };
  if (rule.needs === 'none') return { ...found, cleared: true };
  if (!rule.how) return { ...found, cleared: false, reason: 'registration-missing' };
  const { systems } = rule.how;
  if (isRegistering) return { ...found, systems, cleared: true };
  return { ...found, systems, cleared: false, reason: 'registration-not-set-up' };
}
