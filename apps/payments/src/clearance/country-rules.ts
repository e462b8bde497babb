import type { FiscalSystemName } from '../fiscal/fiscal.port.js';

interface Known {
  readonly source: string;
  /** Whether the text itself was read, or what others say of it. */
  readonly evidence: 'primary' | 'secondary';
  /** When somebody last looked. */
  readonly lookedUpOn: string;
}

/** How receipts of a country are registered. */
export interface RegistrationRule {
  /** By any of these. */
  readonly systems: readonly [FiscalSystemName, ...FiscalSystemName[]];
  /** `before`: drivers get a receipt when it is registered; `after`: at once, and it is registered then. */
  readonly issue: 'before' | 'after';
  /** After so long a receipt that is not registered is given out all the same, and is late. */
  readonly lateAfterS: number;
  /** What is on a receipt that was given out before it was registered, in the country's own words. */
  readonly outageText?: string;
}

/**
 * What the tax law of a country asks of a sale to a driver without a contract. `none`: no registration, which nobody says without
 * a source; `registration`: each sale is registered with the authorities; without `how`, nothing here can do that.
 */
export type FiscalRule =
  (Known & { readonly needs: 'none' }) | (Known & { readonly needs: 'registration'; readonly how?: RegistrationRule });

/** By country (ISO 3166-1 alpha-3); one that is not here was not looked up. */
export const FISCAL_RULES: Readonly<Record<string, FiscalRule>> = {
  DEU: {
    needs: 'none',
    source:
      'KassenSichV, § 1(1) sentence 2 no. 2: charging points for electric vehicles are no electronic recording systems; https://www.gesetze-im-internet.de/kassensichv/__1.html, its text of 2021-07-30 read in a reprint',
    evidence: 'primary',
    lookedUpOn: '2026-11-28',
  },
  AUT: {
    needs: 'registration',
    source:
      'RKSV, as the provider of a signing service tells it; whether charging points are exempt was not looked up; https://workspace.fiskaly.com/countries/austria/quickstart/',
    evidence: 'secondary',
    lookedUpOn: '2026-11-28',
    how: {
      systems: ['fiskaly-sign-at'],
      issue: 'before',
      lateAfterS: 60,
      outageText: 'Sicherheitseinrichtung ausgefallen',
    },
  },
  ESP: {
    needs: 'registration',
    source: 'named among the countries with fiscal registration; not looked up',
    evidence: 'secondary',
    lookedUpOn: '2026-11-28',
  },
  ITA: {
    needs: 'registration',
    source: 'named among the countries with fiscal registration; not looked up',
    evidence: 'secondary',
    lookedUpOn: '2026-11-28',
  },
};

/** How a country has receipts registered, where that is known and built. */
export function registrationRuleOf(
  country: string | undefined,
  rules: Readonly<Record<string, FiscalRule>> = FISCAL_RULES,
): RegistrationRule | undefined {
  const rule = country === undefined ? undefined : rules[country];
  return rule?.needs === 'registration' ? rule.how : undefined;
}
