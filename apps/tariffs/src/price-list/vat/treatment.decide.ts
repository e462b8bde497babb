import { isInEu } from '@chargemesh/contracts';
import { BETWEEN_DEALERS, type VatRuleName } from './treatment.rules.js';

/** What the VAT of a seller or buyer goes by. */
export interface VatParty {
  /** ISO 3166-1 alpha-3. */
  readonly establishedIn: string;
  readonly vatNumber: string | null;
  /** Mainly resells the electricity that it buys (art. 38(2)). */
  readonly isDealer: boolean;
}

export interface Sale {
  /** `roaming`: to the eMSP whose driver charges. */
  readonly kind: 'ad-hoc' | 'own-customer' | 'roaming';
  /** Of the charging point, ISO 3166-1 alpha-3. */
  readonly country: string;
  /** Whether the operator has a rate of its own for it on that day. */
  readonly hasOwnRate: boolean;
  readonly seller: VatParty | undefined;
  /** Of a sale to a partner. */
  readonly buyer: VatParty | undefined;
}

export type VatTreatment =
  | { readonly treatment: 'domestic' | 'reverse-charge'; readonly country: string; readonly rule: VatRuleName }
  | { readonly treatment: 'not-decided'; readonly reason: VatOpen };

export const VAT_OPEN = [
  'country-not-looked-up',
  'seller-unknown',
  'buyer-unknown',
  'seller-established-elsewhere',
  'buyer-outside-eu',
  'vat-number-missing',
  'dealers-not-looked-up',
] as const;
/** Why nobody can say who owes which VAT. */
export type VatOpen = (typeof VAT_OPEN)[number];

/** Who owes the VAT of a sale, and which country's. What no rule decides is not decided. */
export function treatmentOf(sale: Sale): VatTreatment {
  const { kind, country, hasOwnRate } = sale;
  if (kind === 'roaming') return isInEu(country) ? toPartner(sale) : open('country-not-looked-up');
  if (isInEu(country)) return { treatment: 'domestic', country, rule: 'consumed-where-charged' };
  return hasOwnRate ? { treatment: 'domestic', country, rule: 'said-by-operator' } : open('country-not-looked-up');
}

function toPartner({ country, seller, buyer }: Sale): VatTreatment {
  if (!seller) return open('seller-unknown');
  if (!buyer) return open('buyer-unknown');
  if (buyer.isDealer) return toDealer(seller, buyer);
  if (seller.establishedIn !== country) return open('seller-established-elsewhere');
  return { treatment: 'domestic', country, rule: 'consumed-where-charged' };
}

function toDealer(seller: VatParty, { establishedIn: country, vatNumber }: VatParty): VatTreatment {
  if (!isInEu(country)) return open('buyer-outside-eu');
  if (seller.establishedIn === country) return amongDealers(seller);
  if (vatNumber === null) return open('vat-number-missing');
  return { treatment: 'reverse-charge', country, rule: 'dealer-elsewhere' };
}

function amongDealers({ establishedIn: country, isDealer }: VatParty): VatTreatment {
  const rule = BETWEEN_DEALERS[country];
  if (!rule) return open('dealers-not-looked-up');
  return { treatment: isDealer ? 'reverse-charge' : 'domestic', country, rule };
}

function open(reason: VatOpen): VatTreatment {
  return { treatment: 'not-decided', reason };
}
