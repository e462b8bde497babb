import { create } from 'xmlbuilder2';
import type { Adjustment, EInvoice, InvoiceLine, InvoiceTax } from './e-invoice.js';
import { writable } from './xml-text.js';

const UNCEFACT = 'urn:un:unece:uncefact:data:standard';
const EN_16931 = 'urn:cen.eu:en16931:2017';

/** UN/CEFACT Cross Industry Invoice of EN 16931, as Factur-X embeds it. Elements stand in the order of the schema. */
export function ciiOf(invoice: EInvoice): string {
  return create({ encoding: 'UTF-8' })
    .ele({
      'rsm:CrossIndustryInvoice': {
        '@xmlns:rsm': `${UNCEFACT}:CrossIndustryInvoice:100`,
        '@xmlns:ram': `${UNCEFACT}:ReusableAggregateBusinessInformationEntity:100`,
        '@xmlns:udt': `${UNCEFACT}:UnqualifiedDataType:100`,
        'rsm:ExchangedDocumentContext': { 'ram:GuidelineSpecifiedDocumentContextParameter': { 'ram:ID': EN_16931 } },
        'rsm:ExchangedDocument': {
          'ram:ID': invoice.number,
          'ram:TypeCode': invoice.kind === 'credit-note' ? '381' : '380',
          'ram:IssueDateTime': dateOf(invoice.issueDate),
          'ram:IncludedNote': { 'ram:Content': writable(invoice.note) },
        },
        'rsm:SupplyChainTradeTransaction': {
          'ram:IncludedSupplyChainTradeLineItem': invoice.lines.map(lineOf),
          'ram:ApplicableHeaderTradeAgreement': {
            'ram:SellerTradeParty': sellerOf(invoice),
            'ram:BuyerTradeParty': buyerOf(invoice),
          },
          'ram:ApplicableHeaderTradeDelivery': {
            'ram:ActualDeliverySupplyChainEvent': { 'ram:OccurrenceDateTime': dateOf(invoice.supply.endDate) },
          },
          'ram:ApplicableHeaderTradeSettlement': settlementOf(invoice),
        },
      },
    })
    .end();
}

/** Of UNCL 2379: year, month and day. */
function dateOf(date: string) {
  return { 'udt:DateTimeString': { '@format': '102', '#': date.replaceAll('-', '') } };
}

function partyOf(name: string, vatNumber: string, address: object) {
  return {
    'ram:Name': writable(name),
    'ram:PostalTradeAddress': address,
    'ram:SpecifiedTaxRegistration': { 'ram:ID': { '@schemeID': 'VA', '#': vatNumber } },
  };
}

function linesOf(lines: readonly string[]) {
  const [one, two, ...rest] = lines.map(writable);
  return {
    ...(one === undefined ? {} : { 'ram:LineOne': one }),
    ...(two === undefined ? {} : { 'ram:LineTwo': two }),
    ...(rest.length === 0 ? {} : { 'ram:LineThree': rest.join(', ') }),
  };
}

function sellerOf({ seller: { name, address, country, vatNumber } }: EInvoice) {
  return partyOf(name, vatNumber, { ...linesOf(address), 'ram:CountryID': country });
}

function buyerOf({ buyer: { name, street, postalCode, city, country, vatNumber } }: EInvoice) {
  return partyOf(name, vatNumber, {
    'ram:PostcodeCode': writable(postalCode),
    ...linesOf([street]),
    'ram:CityName': writable(city),
    'ram:CountryID': country,
  });
}

function settlementOf(invoice: EInvoice) {
  const { currency, supply, corrects } = invoice;
  return {
    'ram:InvoiceCurrencyCode': currency,
    // Of UNCL 4461: a bank card.
    'ram:SpecifiedTradeSettlementPaymentMeans': { 'ram:TypeCode': '48' },
    'ram:ApplicableTradeTax': invoice.taxes.map(taxOf),
    'ram:BillingSpecifiedPeriod': {
      'ram:StartDateTime': dateOf(supply.startDate),
      'ram:EndDateTime': dateOf(supply.endDate),
    },
    'ram:SpecifiedTradeAllowanceCharge': invoice.adjustments.map(adjustmentOf),
    'ram:SpecifiedTradeSettlementHeaderMonetarySummation': totalsOf(invoice),
    ...(corrects === undefined ? {} : { 'ram:InvoiceReferencedDocument': { 'ram:IssuerAssignedID': corrects } }),
  };
}

function categoryOf(percent: string) {
  return {
    'ram:TypeCode': 'VAT',
    'ram:CategoryCode': percent === '0' ? 'Z' : 'S',
    'ram:RateApplicablePercent': percent,
  };
}

function taxOf({ percent, category, net, amount }: InvoiceTax) {
  return {
    'ram:CalculatedAmount': amount,
    'ram:TypeCode': 'VAT',
    'ram:BasisAmount': net,
    'ram:CategoryCode': category,
    'ram:RateApplicablePercent': percent,
  };
}

function adjustmentOf({ isCharge, amount, percent, reason }: Adjustment) {
  return {
    'ram:ChargeIndicator': { 'udt:Indicator': String(isCharge) },
    'ram:ActualAmount': amount,
    'ram:Reason': reason,
    'ram:CategoryTradeTax': categoryOf(percent),
  };
}

/** Paid by card already: nothing is due. */
function totalsOf({ totals, currency }: EInvoice) {
  return {
    'ram:LineTotalAmount': totals.lines,
    'ram:ChargeTotalAmount': totals.charges,
    'ram:AllowanceTotalAmount': totals.allowances,
    'ram:TaxBasisTotalAmount': totals.net,
    'ram:TaxTotalAmount': { '@currencyID': currency, '#': totals.tax },
    'ram:GrandTotalAmount': totals.gross,
    'ram:TotalPrepaidAmount': totals.gross,
    'ram:DuePayableAmount': totals.due,
  };
}

function lineOf({ id, name, quantity, unit, price, net, percent }: InvoiceLine) {
  return {
    'ram:AssociatedDocumentLineDocument': { 'ram:LineID': id },
    'ram:SpecifiedTradeProduct': { 'ram:Name': name },
    'ram:SpecifiedLineTradeAgreement': { 'ram:NetPriceProductTradePrice': { 'ram:ChargeAmount': price } },
    'ram:SpecifiedLineTradeDelivery': { 'ram:BilledQuantity': { '@unitCode': unit, '#': quantity } },
    'ram:SpecifiedLineTradeSettlement': {
      'ram:ApplicableTradeTax': categoryOf(percent),
      'ram:SpecifiedTradeSettlementLineMonetarySummation': { 'ram:LineTotalAmount': net },
    },
  };
}
