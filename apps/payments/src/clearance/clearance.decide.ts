import { FISCAL_RULES, type FiscalRule } from './country-rules.js';

/** Whether an operator's ad hoc sales in a country are cleared, and if not, why. */
export interface Clearance {
  readonly country: string;
  readonly cleared: boolean;
  readonly stations: number;
  /** `not-looked-up`: nobody has said what the country's tax law asks; `registration-missing`: it asks for what is not built. */
  readonly reason?: 'not-looked-up' | 'registration-missing';
  readonly source?: string;
  readonly evidence?: FiscalRule['evidence'];
}

export function clearanceOf(
  places: readonly { readonly country: string; readonly stations: number }[],
  rules: Readonly<Record<string, FiscalRule>> = FISCAL_RULES,
): Clearance[] {
  return places.map(({ country, stations }) => {
    const rule = rules[country];
    if (!rule) return { country, stations, cleared: false, reason: 'not-looked-up' };
    const { needs, source, evidence } = rule;
    const found = { country, stations, source, evidence };
    return needs === 'none'
      ? { ...found, cleared: true }
      : { ...found, cleared: false, reason: 'registration-missing' };
  });
}
