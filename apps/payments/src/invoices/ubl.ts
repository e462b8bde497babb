import { create } from 'xmlbuilder2';
import type { Adjustment, EInvoice, InvoiceLine, InvoiceTax } from './e-invoice.js';
import { writable } from './xml-text.js';

const OASIS = 'urn:oasis:names:specification:ubl:schema:xsd';
const EN_16931 = 'urn:cen.eu:en16931:2017';

/** UBL 2.1 of EN 16931: an `Invoice`, or a `CreditNote`. Elements stand in the order of the schema. */
export function ublOf(invoice: EInvoice): string {
  const isNote = invoice.kind === 'credit-note';
  const [root, quantity] = isNote ? ['CreditNote', 'CreditedQuantity'] : ['Invoice', 'InvoicedQuantity'];
  const { currency, supply } = invoice;
  return create({ encoding: 'UTF-8' })
    .ele({
      [root]: {
        '@xmlns': `${OASIS}:${root}-2`,
        '@xmlns:cac': `${OASIS}:CommonAggregateComponents-2`,
        '@xmlns:cbc': `${OASIS}:CommonBasicComponents-2`,
        'cbc:CustomizationID': EN_16931,
        'cbc:ID': invoice.number,
        'cbc:IssueDate': invoice.issueDate,
        [isNote ? 'cbc:CreditNoteTypeCode' : 'cbc:InvoiceTypeCode']: isNote ? '381' : '380',
        'cbc:Note': writable(invoice.note),
        'cbc:DocumentCurrencyCode': currency,
        'cac:InvoicePeriod': { 'cbc:StartDate': supply.startDate, 'cbc:EndDate': supply.endDate },
        ...(invoice.corrects === undefined
          ? {}
          : { 'cac:BillingReference': { 'cac:InvoiceDocumentReference': { 'cbc:ID': invoice.corrects } } }),
        'cac:AccountingSupplierParty': sellerOf(invoice),
        'cac:AccountingCustomerParty': buyerOf(invoice),
        'cac:Delivery': { 'cbc:ActualDeliveryDate': supply.endDate },
        // Of UNCL 4461: a bank card.
        'cac:PaymentMeans': { 'cbc:PaymentMeansCode': '48' },
        'cac:AllowanceCharge': invoice.adjustments.map((one) => adjustmentOf(one, currency)),
        'cac:TaxTotal': {
          'cbc:TaxAmount': amountOf(invoice.totals.tax, currency),
          'cac:TaxSubtotal': invoice.taxes.map((tax) => subtotalOf(tax, currency)),
        },
        'cac:LegalMonetaryTotal': totalsOf(invoice),
        [`cac:${root}Line`]: invoice.lines.map((line) => lineOf(line, quantity, currency)),
      },
    })
    .end();
}

function amountOf(amount: string, currency: string) {
  return { '@currencyID': currency, '#': amount };
}

function addressOf(lines: readonly string[], country: string, more: object = {}) {
  const [street, additional, ...rest] = lines.map(writable);
  return {
    ...(street === undefined ? {} : { 'cbc:StreetName': street }),
    ...(additional === undefined ? {} : { 'cbc:AdditionalStreetName': additional }),
    ...more,
    ...(rest.length === 0 ? {} : { 'cac:AddressLine': { 'cbc:Line': rest.join(', ') } }),
    'cac:Country': { 'cbc:IdentificationCode': country },
  };
}

function partyOf(name: string, vatNumber: string, address: object) {
  return {
    'cac:Party': {
      'cac:PostalAddress': address,
      'cac:PartyTaxScheme': { 'cbc:CompanyID': vatNumber, 'cac:TaxScheme': { 'cbc:ID': 'VAT' } },
      'cac:PartyLegalEntity': { 'cbc:RegistrationName': writable(name) },
    },
  };
}

function sellerOf({ seller: { name, address, country, vatNumber } }: EInvoice) {
  return partyOf(name, vatNumber, addressOf(address, country));
}

function buyerOf({ buyer: { name, street, postalCode, city, country, vatNumber } }: EInvoice) {
  const town = { 'cbc:CityName': writable(city), 'cbc:PostalZone': writable(postalCode) };
  return partyOf(name, vatNumber, addressOf([street], country, town));
}

function categoryOf({ percent, category }: Pick<InvoiceTax, 'percent' | 'category'>) {
  return { 'cbc:ID': category, 'cbc:Percent': percent, 'cac:TaxScheme': { 'cbc:ID': 'VAT' } };
}

function categoryOfPercent(percent: string) {
  return categoryOf({ percent, category: percent === '0' ? 'Z' : 'S' });
}

function adjustmentOf({ isCharge, amount, percent, reason }: Adjustment, currency: string) {
  return {
    'cbc:ChargeIndicator': String(isCharge),
    'cbc:AllowanceChargeReason': reason,
    'cbc:Amount': amountOf(amount, currency),
    'cac:TaxCategory': categoryOfPercent(percent),
  };
}

function subtotalOf(tax: InvoiceTax, currency: string) {
  return {
    'cbc:TaxableAmount': amountOf(tax.net, currency),
    'cbc:TaxAmount': amountOf(tax.amount, currency),
    'cac:TaxCategory': categoryOf(tax),
  };
}

/** Paid by card already: nothing is due. */
function totalsOf({ totals, currency, adjustments }: EInvoice) {
  const has = (isCharge: boolean) => adjustments.some((one) => one.isCharge === isCharge);
  return {
    'cbc:LineExtensionAmount': amountOf(totals.lines, currency),
    'cbc:TaxExclusiveAmount': amountOf(totals.net, currency),
    'cbc:TaxInclusiveAmount': amountOf(totals.gross, currency),
    ...(has(false) ? { 'cbc:AllowanceTotalAmount': amountOf(totals.allowances, currency) } : {}),
    ...(has(true) ? { 'cbc:ChargeTotalAmount': amountOf(totals.charges, currency) } : {}),
    'cbc:PrepaidAmount': amountOf(totals.gross, currency),
    'cbc:PayableAmount': amountOf(totals.due, currency),
  };
}

function lineOf(
  { id, name, quantity, unit, price, net, percent }: InvoiceLine,
  quantityName: string,
  currency: string,
) {
  return {
    'cbc:ID': id,
    [`cbc:${quantityName}`]: { '@unitCode': unit, '#': quantity },
    'cbc:LineExtensionAmount': amountOf(net, currency),
    'cac:Item': { 'cbc:Name': name, 'cac:ClassifiedTaxCategory': categoryOfPercent(percent) },
    'cac:Price': { 'cbc:PriceAmount': amountOf(price, currency) },
  };
}
