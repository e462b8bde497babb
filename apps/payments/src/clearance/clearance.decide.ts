import { FISCAL_RULES, type FiscalRule } from './country-rules.js';

/** What an operator takes upon itself: that it has looked up what a country's tax law asks, and meets it. */
export interface OwnClearance {
  readonly country: string;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
}

/** Whether an operator's ad hoc sales in a country are cleared, and if not, why. */
export interface Clearance {
  readonly country: string;
  readonly cleared: boolean;
  readonly stations: number;
  /** `not-looked-up`: nobody has said what the country's tax law asks; `registration-missing`: it asks for what is not built. */
  readonly reason?: 'not-looked-up' | 'registration-missing';
  readonly source?: string;
  readonly evidence?: FiscalRule['evidence'];
  /** Who has cleared it all the same. */
  readonly own?: OwnClearance;
}

export function clearanceOf(
  places: readonly { readonly country: string; readonly stations: number }[],
  own: readonly OwnClearance[] = [],
  rules: Readonly<Record<string, FiscalRule>> = FISCAL_RULES,
): Clearance[] {
  return places.map((place) => {
    const said = own.find(({ country }) => country === place.country);
    return { ...place, ...byRule(rules[place.country]), ...(said ? { cleared: true, own: said } : {}) };
  });
}

export function isClearedByRule(country: string): boolean {
  return FISCAL_RULES[country]?.needs === 'none';
}

function byRule(rule: FiscalRule | undefined): Omit<Clearance, 'country' | 'stations'> {
  if (!rule) return { cleared: false, reason: 'not-looked-up' };
  const { needs, source, evidence } = rule;
  const found = { source, evidence };
  return needs === 'none' ? { ...found, cleared: true } : { ...found, cleared: false, reason: 'registration-missing' };
}
