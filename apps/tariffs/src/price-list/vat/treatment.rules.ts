/** Who owes the VAT of a sale, and which country's. */
export interface VatRule {
  readonly says: string;
  readonly source: string;
  /** The day on which it was looked up. */
  readonly lookedUp: string;
  /** Whether the text itself was read, or what others say of it. */
  readonly evidence: 'primary' | 'secondary';
}

export type VatRuleName = keyof typeof VAT_RULES;

/**
 * Charging is a supply of goods, electricity (CJEU C-282/22), and through an eMSP a chain of two: ours to the eMSP, and the eMSP's
 * to its driver (C-60/23). A rule that is not here was not looked up, and what it would decide is not decided.
 */
export const VAT_RULES = {
  'consumed-where-charged': {
    says: 'Who is no dealer in electricity buys where it is consumed: VAT of the country of the charging point, owed by the seller.',
    source: 'Directive 2006/112/EC art. 39; CJEU C-282/22',
    lookedUp: '2026-11-28',
    evidence: 'secondary',
  },
  'dealer-elsewhere': {
    says: 'Electricity for a taxable dealer is taxed where the dealer is established; who is registered there owes the VAT of a seller from elsewhere.',
    source: 'Directive 2006/112/EC art. 38(1) and 195; CJEU C-60/23',
    lookedUp: '2026-11-28',
    evidence: 'secondary',
  },
  'said-by-operator': {
    says: 'The operator has set a rate of its own for the country.',
    source: 'PUT /api/tariffs/v1/vat-rates',
    lookedUp: '2026-11-28',
    evidence: 'primary',
  },
  'dealers-in-DEU': {
    says: 'Among dealers in electricity in Germany the buyer owes the VAT; a seller that is none owes it itself.',
    source: 'UStG § 13b(2) no. 5 b and (5) sentence 4, § 3g; https://www.gesetze-im-internet.de/ustg_1980/__13b.html',
    lookedUp: '2026-11-28',
    evidence: 'secondary',
  },
} as const satisfies Readonly<Record<string, VatRule>>;

/** What a member state says of dealers that are both established there (art. 199a(1)(e) leaves it to each), by ISO 3166-1 alpha-3. */
export const BETWEEN_DEALERS: Readonly<Record<string, VatRuleName>> = { DEU: 'dealers-in-DEU' };
