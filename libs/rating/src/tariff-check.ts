import { isCurrency } from '@chargemesh/money';
import {
  MAX_SPOT_PRICES,
  componentExtensionProblems,
  marketPricesIn,
  tariffExtensionProblems,
} from './extension-check.js';
import { parseInstant } from './instant.js';
import { unknownMembers } from './known-members.js';
import { restrictionProblems } from './restrictions-check.js';
import { type Report, isRecord, numberIn, oneOf } from './problems.js';
import { DIMENSIONS, type Tariff } from './tariff.js';

/** More than a week of quarter hours. */
export const MAX_ELEMENTS = 1_000;
/** Different times of day at which prices change, and different rates of tax: what anybody may ask for is bounded work. */
const MAX_TIMES = 200;
const MAX_TAXES = 20;
/** Of a market, in all components: some tenths of a second. */
const MAX_MARKET_PRICES = 20_000;
const MOST_FOLLOWING = Math.floor(MAX_MARKET_PRICES / MAX_SPOT_PRICES);
const MAX_PRICE = 1_000_000_000;
const MAX_PRICE_DECIMALS = 9;
const MAX_STEP_SIZE = 1_000_000;
const MAX_PROBLEMS = 50;

export type TariffProblemCode = Parameters<Report>[0];

export interface TariffProblem {
  readonly code: TariffProblemCode;
  /** Where: `elements[2].restrictions.end_time`. */
  readonly path: string;
  readonly message: string;
}

/** The tariff cannot be rated. `problems` says what, where and why, at most 50 of them. */
export class TariffInvalid extends Error {
  override readonly name = 'TariffInvalid';

  constructor(readonly problems: readonly TariffProblem[]) {
    super(problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
  }
}

/** Everything that is wrong with what claims to be a tariff; nothing when it can be rated. */
export function tariffProblems(value: unknown): TariffProblem[] {
  const problems: TariffProblem[] = [];
  const report: Report = (code, path, message) => {
    if (problems.length < MAX_PROBLEMS) problems.push({ code, path, message });
  };
  if (isRecord(value)) checkTariff(value, report);
  else report('not-an-object', 'tariff', 'must be an object');
  return problems;
}

/** What else is wrong with a tariff of our own: members that nobody knows, though a partner may send some. */
export function ownTariffProblems(value: unknown): TariffProblem[] {
  const problems: TariffProblem[] = [];
  const report: Report = (code, path, message) => {
    if (problems.length < MAX_PROBLEMS) problems.push({ code, path, message });
  };
  if (isRecord(value)) {
    unknownMembers(value, report);
    checkFollowing(value['elements'], report);
    if (isRecord(value['chargemesh']) && value['chargemesh']['reverse_charge'] !== undefined) {
      report('unknown-member', 'chargemesh.reverse_charge', 'is not for a tariff to say, but for the kind of sale');
    }
  }
  return [...tariffProblems(value), ...problems].slice(0, MAX_PROBLEMS);
}

/** Each component that follows a market carries as many prices as a session has quarter hours. */
function checkFollowing(elements: unknown, report: Report): void {
  const components = Array.isArray(elements) ? elements.flatMap(componentsOf) : [];
  const following = components.filter(({ chargemesh }) => isRecord(chargemesh) && isRecord(chargemesh['spot']));
  if (following.length <= MOST_FOLLOWING) return;
  report('too-large', 'elements', `must have at most ${MOST_FOLLOWING} prices that follow a market`);
}

function componentsOf(element: unknown): Record<string, unknown>[] {
  const components = isRecord(element) ? element['price_components'] : undefined;
  return Array.isArray(components) ? components.filter(isRecord) : [];
}

/** @throws TariffInvalid */
export function readTariff(value: unknown): Tariff {
  const problems = tariffProblems(value);
  if (problems.length > 0) throw new TariffInvalid(problems);
  return value as Tariff;
}

function checkTariff(tariff: Record<string, unknown>, report: Report): void {
  if (typeof tariff['currency'] !== 'string' || !isCurrency(tariff['currency'])) {
    report('unknown-currency', 'currency', 'must be a currency of ISO 4217');
  }
  oneOf(tariff, 'tax_included', ['YES', 'NO', 'N/A'], report);
  checkValidity(tariff, report);
  checkLimits(tariff, report);
  tariffExtensionProblems(tariff['chargemesh'], report);
  const elements = tariff['elements'];
  if (!Array.isArray(elements) || elements.length === 0) {
    return report('no-elements', 'elements', 'must have at least one element');
  }
  if (elements.length > MAX_ELEMENTS) {
    return report(
      'too-many-elements',
      'elements',
      `must have at most ${MAX_ELEMENTS} elements, has ${elements.length}`,
    );
  }
  elements.forEach((element, index) => checkElement(element, tariff['tax_included'], `elements[${index}]`, report));
  checkVariety(elements, report);
}

function checkVariety(elements: readonly unknown[], report: Report): void {
  const [times, taxes] = [new Set<unknown>(), new Set<unknown>()];
  let marketPrices = 0;
  for (const element of elements) {
    const { restrictions, price_components: components } = isRecord(element) ? element : {};
    if (isRecord(restrictions)) times.add(restrictions['start_time']).add(restrictions['end_time']);
    for (const component of Array.isArray(components) ? components : []) {
      if (!isRecord(component)) continue;
      taxes.add(component['vat']);
      marketPrices += marketPricesIn(component);
    }
  }
  if (marketPrices > MAX_MARKET_PRICES) {
    report('too-large', 'elements', `must carry at most ${MAX_MARKET_PRICES} prices of a market`);
  }
  if (times.size > MAX_TIMES) report('too-many-times', 'elements', `must name at most ${MAX_TIMES} times of day`);
  if (taxes.size > MAX_TAXES) report('too-many-taxes', 'elements', `must have at most ${MAX_TAXES} rates of tax`);
}

function checkValidity(tariff: Record<string, unknown>, report: Report): void {
  const [from, to] = ['start_date_time', 'end_date_time'].map((name) => {
    const value = tariff[name];
    if (value === undefined || value === null) return undefined;
    const instant = typeof value === 'string' ? parseInstant(value) : NaN;
    if (Number.isNaN(instant)) report('bad-date', name, 'must be an RFC 3339 date-time');
    return instant;
  });
  if (from !== undefined && to !== undefined && from >= to) {
    report('contradiction', 'end_date_time', 'must be after start_date_time');
  }
}

function checkLimits(tariff: Record<string, unknown>, report: Report): void {
  const min = limitOf(tariff, 'min_price', report);
  const max = limitOf(tariff, 'max_price', report);
  if (greater(min.before, max.before) || greater(min.after, max.after)) {
    report('contradiction', 'min_price', 'must not exceed max_price');
  }
}

function limitOf(tariff: Record<string, unknown>, name: string, report: Report): { before?: number; after?: number } {
  const limit = tariff[name];
  if (limit === undefined || limit === null) return {};
  if (!isRecord(limit)) {
    report('not-an-object', name, 'must be an object');
    return {};
  }
  for (const field of ['before_taxes', 'after_taxes', 'excl_vat', 'incl_vat']) checkPrice(limit, field, name, report);
  const before = amountOf(limit['before_taxes'] ?? limit['excl_vat']);
  const after = amountOf(limit['after_taxes'] ?? limit['incl_vat']);
  if (before === undefined) report('missing', `${name}.before_taxes`, 'is missing');
  if (greater(before, after)) report('contradiction', name, 'must not be less after taxes than before');
  return { before, after };
}

function amountOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function greater(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a > b;
}

function checkElement(element: unknown, taxIncluded: unknown, path: string, report: Report): void {
  if (!isRecord(element)) return report('not-an-object', path, 'must be an object');
  const components = element['price_components'];
  if (!Array.isArray(components) || components.length === 0) {
    return report('no-components', `${path}.price_components`, 'must have at least one price component');
  }
  const reservation = isRecord(element['restrictions']) && element['restrictions']['reservation'];
  const seen = new Set<unknown>();
  components.slice(0, DIMENSIONS.length + 1).forEach((component, index) => {
    const at = `${path}.price_components[${index}]`;
    checkComponent(component, taxIncluded, at, report);
    const type = isRecord(component) ? component['type'] : undefined;
    if (seen.has(type)) report('contradiction', at, `has a second price for ${String(type).slice(0, 20)}`);
    seen.add(type);
    if (reservation && (type === 'ENERGY' || type === 'PARKING_TIME')) {
      report('contradiction', at, 'a reservation has only FLAT and TIME prices');
    }
  });
  restrictionProblems(element['restrictions'], `${path}.restrictions`, report);
}

function checkComponent(component: unknown, taxIncluded: unknown, path: string, report: Report): void {
  if (!isRecord(component)) return report('not-an-object', path, 'must be an object');
  if (!DIMENSIONS.includes(String(component['type']))) {
    report('unknown-value', `${path}.type`, `must be one of ${DIMENSIONS.join(', ')}`);
  }
  if (component['price'] === undefined || component['price'] === null) report('missing', `${path}.price`, 'is missing');
  checkPrice(component, 'price', path, report);
  numberIn(component, 'vat', path, { min: 0, max: 100, decimals: 6 }, report);
  numberIn(component, 'step_size', path, { min: 0, max: MAX_STEP_SIZE, decimals: 0 }, report);
  componentExtensionProblems(component, taxIncluded, path, report);
}

function checkPrice(owner: Record<string, unknown>, name: string, path: string, report: Report): void {
  numberIn(owner, name, path, { min: 0, max: MAX_PRICE, decimals: MAX_PRICE_DECIMALS }, report);
}
