import type { VersionNumber } from '../versions.js';
import { exact, rounded } from './decimals.js';

type Json = Readonly<Record<string, unknown>>;

/** A tariff, kept as OCPI 2.3.0 has it, in the words of a version. */
export const tariffFor: Record<VersionNumber, (tariff: Json) => Json> = {
  '2.3.0': (tariff) => tariff,
  '2.2.1': ({ tax_included, min_price, max_price, elements, ...same }) => ({
    ...same,
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

/** In 2.2.1 a component's price never contains its tax. */
function withoutTax(component: Json): Json {
  const gross = exact(String(component['price']));
  const percent = exact(String(component['vat'] ?? 0));
  const whole = exact('100');
  return { ...component, price: rounded((gross * whole) / (whole + percent)) };
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
