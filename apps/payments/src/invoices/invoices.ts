import { LANGUAGES, type LanguageCode } from '../checkout/languages/languages.js';
import type { Buyer, ReceiptDocument } from '../receipts/receipt.document.js';
import { type EInvoice, type InvoiceWords, eInvoiceOf } from './e-invoice.js';

/** What stands on an invoice is in the language of the payment, whoever reads it when. */
function wordsOf({ kind }: ReceiptDocument, language: LanguageCode): InvoiceWords {
  const { components, notCharged, creditNote } = LANGUAGES[language].labels.receipt;
  return (component) => {
    if (component === 'WHOLE') return kind === 'receipt' ? components.ENERGY : creditNote;
    return component === 'BEYOND_HOLD' ? notCharged : components[component];
  };
}

/** Undefined, if nobody asked for an invoice, or EN 16931 cannot say it. */
export function invoiceOf(document: ReceiptDocument, language: LanguageCode): EInvoice | undefined {
  return document.buyer && eInvoiceOf(document, document.buyer, wordsOf(document, language));
}

/** Whether an invoice may be asked for. */
export function isInvoiceable(document: ReceiptDocument): boolean {
  const anybody: Buyer = {
    name: '-',
    street: '-',
    postalCode: '-',
    city: '-',
    country: 'DE',
    vatNumber: 'DE100000000',
  };
  return document.buyer === undefined && eInvoiceOf(document, anybody, String) !== undefined;
}
