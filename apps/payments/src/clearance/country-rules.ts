/** What the tax law of a country asks of a sale to a driver without a contract. */
export interface FiscalRule {
  /** `none`: no registration, which nobody says without a source; `registration`: each sale is registered with the authorities. */
  readonly needs: 'none' | 'registration';
  readonly source: string;
  /** Whether the text itself was read, or what others say of it. */
  readonly evidence: 'primary' | 'secondary';
}

/**
 * By country (ISO 3166-1 alpha-3); one that is not here was not looked up. No registration is built yet: a country that needs one is
 * cleared when there is an adapter for it.
 */
export const FISCAL_RULES: Readonly<Record<string, FiscalRule>> = {
  DEU: {
    needs: 'none',
    source:
      'KassenSichV, § 1(1) sentence 2 no. 2: charging points are no electronic recording systems; https://www.gesetze-im-internet.de/kassensichv/__1.html',
    evidence: 'secondary',
  },
  AUT: {
    needs: 'registration',
    source: 'named among the countries with fiscal registration; not looked up',
    evidence: 'secondary',
  },
  ESP: {
    needs: 'registration',
    source: 'named among the countries with fiscal registration; not looked up',
    evidence: 'secondary',
  },
  ITA: {
    needs: 'registration',
    source: 'named among the countries with fiscal registration; not looked up',
    evidence: 'secondary',
  },
};
