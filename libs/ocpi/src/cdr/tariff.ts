import { parseDecimal, scaled } from '@chargemesh/money';
import type { VersionNumber } from '../versions.js';
import { type Precision, quotient } from './precision.js';

/** Decimals of a price or a rate at most. */
const DIGITS = 18;

type Json = Readonly<Record<string, unknown>>;

/** A tariff, kept as it was published, in the words of a version. OCPI 2.2.1 and 2.3.0, mod_tariffs. */
export function tariffFor(version: VersionNumber, published: Json, precision: Precision): Json {
  const tariff = withoutNulls(published) as Json;
  const { tax_included: taxIncluded, elements, chargemesh, min_price: min, max_price: max, ...same } = tariff;
  const priceOf = version === '2.2.1' ? netOf(taxIncluded, precision) : (component: Json) => component;
  const components = (element: Json) => list(element['price_components']);
  return {
    ...same,
    ...(version === '2.3.0' ? { tax_included: taxIncluded ?? 'NO' } : {}),
    ...timesOf(same),
    ...(isObject(chargemesh)
      ? {
          chargemesh: {
            ...chargemesh,
            ...(version === '2.2.1' && taxIncluded === 'YES' ? caps(chargemesh, taxIncluded) : {}),
          },
        }
      : {}),
    ...(isObject(min) ? { min_price: limit(version, min, taxIncluded) } : {}),
    ...(isObject(max) ? { max_price: limit(version, max, taxIncluded) } : {}),
    elements: list(elements).map((element) => ({
      ...element,
      price_components: components(element).map((component) => ({
        step_size: stepOf(component),
        ...priceOf(component),
      })),
    })),
  };
}

/** Null says nothing in OCPI, but is no number and no text. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}

/** Always there in OCPI; a tariff from before it was filled in has none where nothing is rounded. */
function stepOf({ type }: Json): number {
  return type === 'FLAT' ? 1 : 0;
}

/** OCPI's times are in UTC. */
function timesOf(tariff: Json): Json {
  const names = ['start_date_time', 'end_date_time', 'last_updated'];
  const times = names.flatMap((name) => (typeof tariff[name] === 'string' ? [[name, utc(tariff[name])] as const] : []));
  return Object.fromEntries(times);
}

function utc(text: string): string {
  const ms = Date.parse(text);
  return text.endsWith('Z') || Number.isNaN(ms) ? text : new Date(ms).toISOString();
}

/** A limit by the names of a version, whichever it was published by. Where no tax applies, both are one. */
function limit(version: VersionNumber, given: Json, taxIncluded: unknown): Json {
  const before = given['before_taxes'] ?? given['excl_vat'];
  const after = taxIncluded === 'N/A' ? before : (given['after_taxes'] ?? given['incl_vat']);
  const [beforeName, afterName] = version === '2.2.1' ? ['excl_vat', 'incl_vat'] : ['before_taxes', 'after_taxes'];
  return { [beforeName]: before, ...(after === undefined ? {} : { [afterName]: after }) };
}

/** In 2.2.1 a component's price never contains its tax, and none is named where none applies. */
function netOf(taxIncluded: unknown, precision: Precision): (component: Json) => Json {
  if (taxIncluded === 'YES') return (component) => withoutTax(component, precision);
  if (taxIncluded !== 'N/A') return (component) => component;
  return ({ vat: _none, ...component }) => component;
}

function withoutTax(component: Json, precision: Precision): Json {
  const gross = scaled(parseDecimal(number(component['price'])), DIGITS);
  const percent = scaled(parseDecimal(number(component['vat'])), DIGITS);
  const unit = 10n ** BigInt(DIGITS);
  return { ...component, price: quotient(gross * 100n, 100n * unit + percent, precision) };
}

/** A cap of prices with taxes bounds them with taxes, which 2.2.1 has to be told. */
function caps({ caps: given }: Json, taxIncluded: unknown): Json {
  return given === undefined ? {} : { caps: list(given).map((cap) => ({ tax_included: taxIncluded, ...cap })) };
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
