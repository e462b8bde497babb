import { countryOfVatNumber } from '../invoices/vat-numbers.js';
import type { Buyer } from '../receipts/receipt.document.js';
import type { TerminalSettlement } from './settlements.store.js';

export type SaidAtTerminal = Pick<TerminalSettlement, 'vatNumber' | 'vatCompany'>;

/** What an invoice has room for. */
const ROOM = { name: 200, street: 200, postalCode: 20, city: 100 } as const;

/** Who is to be on the receipt, as a terminal told it: the VAT number, and all that an invoice needs where all of it was said. */
export function buyerAtTerminal({
  vatNumber: said,
  vatCompany,
}: SaidAtTerminal): { readonly vatNumber: string; readonly buyer?: Buyer } | undefined {
  const vatNumber = (said ?? '').toUpperCase().replaceAll(/[\s.\-/]/g, '');
  const country = countryOfVatNumber(vatNumber);
  if (country === undefined) return undefined;
  const { name = '', address1, address2, postalCode = '', city = '' } = vatCompany ?? {};
  // OCPP has the country in words of any kind; a company's is that of its number.
  const buyer = { name, street: [address1, address2].filter(Boolean).join(', '), postalCode, city, country, vatNumber };
  const isComplete = Object.entries(ROOM).every(([field, most]) => {
    const { length } = buyer[field as keyof typeof ROOM].trim();
    return length > 0 && length <= most;
  });
  return isComplete ? { vatNumber, buyer } : { vatNumber };
}
