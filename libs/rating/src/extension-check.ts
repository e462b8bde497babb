import { DecimalInvalid, parseDecimal } from '@chargemesh/money';
import { parseInstant } from './instant.js';
import { nearest } from './known-members.js';
import { type Report, isRecord, numberIn } from './problems.js';
import { QUARTER_HOUR_MS } from './spot.js';
import { CAPPED, CAP_SPANS } from './tariff.js';

/** Five days of charging without a break, whose CDR still fits into an event; a price after that is the fallback. */
export const MAX_SPOT_PRICES = 480;
const MAX_GRACE_S = 86_400;
const MAX_CAPS = CAPPED.length * CAP_SPANS.length;
const MAX_PRICE = 1_000_000;
const PRICE = { max: MAX_PRICE, decimals: 9 };
const SERIES = /^[a-z0-9][a-z0-9-]{0,35}$/;

/** What is wrong with the extension of a tariff. Unlike OCPI's objects it is ours, so what it does not know is wrong. */
export function tariffExtensionProblems(extension: unknown, report: Report): void {
  const path = 'chargemesh';
  if (!isOurs(extension, ['idle_grace', 'free_without_energy', 'reverse_charge', 'caps'], path, report)) return;
  for (const name of ['free_without_energy', 'reverse_charge']) {
    if (typeof (extension[name] ?? false) !== 'boolean') {
      report('unknown-value', `${path}.${name}`, 'must be true or false');
    }
  }
  numberIn(extension, 'idle_grace', path, { min: 0, max: MAX_GRACE_S, decimals: 0 }, report);
  const caps = extension['caps'] ?? [];
  if (!Array.isArray(caps) || caps.length > MAX_CAPS) {
    return report('unknown-value', `${path}.caps`, `must be a list of at most ${MAX_CAPS} caps`);
  }
  const seen = new Set<string>();
  caps.forEach((cap, index) => checkCap(cap, `${path}.caps[${index}]`, seen, report));
}

function checkCap(cap: unknown, path: string, seen: Set<string>, report: Report): void {
  if (!isRecord(cap)) return report('not-an-object', path, 'must be an object');
  if (!isOurs(cap, ['type', 'per', 'price', 'tax_included'], path, report)) return;
  if (![undefined, null, 'YES', 'NO', 'N/A'].includes(cap['tax_included'] as string)) {
    report('unknown-value', `${path}.tax_included`, 'must be YES, NO or N/A');
  }
  const { type, per, price } = cap;
  if (!CAPPED.some((known) => known === type))
    report('unknown-value', `${path}.type`, `must be ${CAPPED.join(' or ')}`);
  if (!CAP_SPANS.some((known) => known === per)) {
    report('unknown-value', `${path}.per`, `must be ${CAP_SPANS.join(' or ')}`);
  }
  if (price === undefined || price === null) report('missing', `${path}.price`, 'is missing');
  numberIn(cap, 'price', path, { min: 0, ...PRICE }, report);
  const key = `${String(type)} ${String(per)}`;
  if (seen.has(key)) report('contradiction', path, 'is a second cap of its kind');
  seen.add(key);
}

/** What is wrong with the extension of a price component. */
export function componentExtensionProblems(
  component: Record<string, unknown>,
  taxIncluded: unknown,
  path: string,
  report: Report,
): void {
  const { chargemesh: extension, type } = component;
  if (!isOurs(extension, ['spot'], `${path}.chargemesh`, report)) return;
  const { spot } = extension;
  const at = `${path}.chargemesh.spot`;
  if (!isOurs(spot, ['series', 'factor', 'surcharge', 'floor', 'cap', 'prices'], at, report)) return;
  if (type !== 'ENERGY') report('contradiction', at, 'only energy has prices of a market');
  if (taxIncluded === 'YES') report('contradiction', at, 'prices of a market are before taxes, so tax_included is NO');
  checkRule(spot, at, component['price'], report);
  checkPrices(spot['prices'], `${at}.prices`, report);
}

/** How many a component claims to carry. */
export function marketPricesIn({ chargemesh }: Record<string, unknown>): number {
  const spot = isRecord(chargemesh) ? chargemesh['spot'] : undefined;
  const prices = isRecord(spot) ? spot['prices'] : undefined;
  return Array.isArray(prices) ? prices.length : 0;
}

function checkRule(spot: Record<string, unknown>, path: string, fallback: unknown, report: Report): void {
  const { series, floor, cap } = spot;
  if (typeof series !== 'string' || !SERIES.test(series)) {
    report('unknown-value', `${path}.series`, 'must be 1 to 36 lower-case letters, digits and hyphens');
  }
  numberIn(spot, 'factor', path, { min: 0, max: 1_000, decimals: 6 }, report);
  numberIn(spot, 'surcharge', path, { min: -MAX_PRICE, ...PRICE }, report);
  numberIn(spot, 'floor', path, { min: 0, ...PRICE }, report);
  numberIn(spot, 'cap', path, { min: 0, ...PRICE }, report);
  if (isMore(floor, cap)) report('contradiction', `${path}.floor`, 'must not be more than cap');
  if (isMore(floor, fallback) || isMore(fallback, cap)) {
    report('contradiction', path, 'the price where the market is not known must lie between floor and cap');
  }
}

function isMore(a: unknown, b: unknown): boolean {
  return typeof a === 'number' && typeof b === 'number' && a > b;
}

function checkPrices(prices: unknown, path: string, report: Report): void {
  if (prices === undefined || prices === null) return;
  if (!Array.isArray(prices) || prices.length > MAX_SPOT_PRICES) {
    return report('unknown-value', path, `must be a list of at most ${MAX_SPOT_PRICES} prices`);
  }
  let before = -Infinity;
  prices.forEach((price: unknown, index) => {
    const { from, market } = isRecord(price) ? price : {};
    const ms = typeof from === 'string' ? parseInstant(from) : NaN;
    if (!(ms % QUARTER_HOUR_MS === 0)) report('bad-date', `${path}[${index}].from`, 'must begin a quarter hour');
    if (ms <= before) report('contradiction', `${path}[${index}].from`, 'must be after the one before');
    if (!isDecimal(market)) report('not-a-number', `${path}[${index}].market`, 'must be a decimal');
    before = ms;
  });
}

function isDecimal(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    return parseDecimal(value).abs().lessThanOrEqualTo(MAX_PRICE);
  } catch (error) {
    if (error instanceof DecimalInvalid) return false;
    throw error;
  }
}

/** Whether it is there and an object; null is none, as everywhere in OCPI. */
function isOurs(
  value: unknown,
  members: readonly string[],
  path: string,
  report: Report,
): value is Record<string, unknown> {
  if (value === undefined || value === null) return false;
  if (!isRecord(value)) {
    report('not-an-object', path, 'must be an object');
    return false;
  }
  const unknown = Object.keys(value).filter((member) => !members.includes(member));
  for (const name of unknown.slice(0, 5)) {
    const told = name.slice(0, 40);
    report('unknown-member', `${path}.${told}`, `is not known; the nearest is ${nearest(told, members)}`);
  }
  return true;
}
