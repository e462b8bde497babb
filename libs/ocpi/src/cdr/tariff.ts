import { parseDecimal, scaled } from '@chargemesh/money';
import type { VersionNumber } from '../versions.js';
import { quotient } from './decimals.js';

/** Decimals of a price or a rate at most. */
const DIGITS = 18;

type Json = Readonly<Record<string, unknown>>;

/** A tariff, kept as OCPI 2.3.0 has it, in the words of a version. */
export const tariffFor: Record<VersionNumber, (tariff: Json) => Json> = {
  '2.3.0': (tariff) => tariff,
  '2.2.1': ({ tax_included, min_price, max_price, elements, chargemesh, ...same }) => ({
    ...same,
    ...(isObject(chargemesh) ? { chargemesh: { ...chargemesh, ...caps(chargemesh, elements, tax_included) } } : {}),
    ...(isObject(min_price) ? { min_price: price(min_price) } : {}),
    ...(isObject(max_price) ? { max_price: price(max_price) } : {}),
    elements: list(elements).map((element) => ({
      ...element,
      price_components: list(element['price_components']).map((component) =>
        tax_included === 'YES' ? withoutTax(component) : component,
      ),
    })),
  }),
};

function price({ before_taxes, after_taxes }: Json): Json {
  return { excl_vat: before_taxes, ...(after_taxes === undefined ? {} : { incl_vat: after_taxes }) };
}

/** Caps are as prices are; the tax is that of the first price they bound. */
function caps({ caps: given }: Json, elements: unknown, taxIncluded: unknown): Json {
  if (taxIncluded !== 'YES' || given === undefined) return {};
  const components = list(elements).flatMap((element) => list(element['price_components']));
  const vatOf = (type: unknown) => components.find((component) => component['type'] === type)?.['vat'];
  return {
    caps: list(given).map((cap) => ({ ...cap, price: withoutTax({ ...cap, vat: vatOf(cap['type']) })['price'] })),
  };
}

/** In 2.2.1 a component's price never contains its tax. */
function withoutTax(component: Json): Json {
  const gross = scaled(parseDecimal(number(component['price'])), DIGITS);
  const percent = scaled(parseDecimal(number(component['vat'])), DIGITS);
  const unit = 10n ** BigInt(DIGITS);
  return { ...component, price: quotient(gross * 100n, 100n * unit + percent) };
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
