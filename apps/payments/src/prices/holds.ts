import {
  compare,
  formatAmount,
  isCurrency,
  multiply,
  parseDecimal,
  roundToMinor,
  subtract,
  zero,
} from '@chargemesh/money';

/** By currency: what is held up to 22 kW, up to 150 kW and above. */
export type HoldAmounts = ReadonlyMap<string, Amounts>;
type Amounts = readonly [string, string, string];

const UP_TO_W = [22_000, 150_000] as const;

/** About 30, 60 and 100 €. */
const USUAL: Readonly<Record<string, Amounts>> = {
  EUR: ['30', '60', '100'],
  CHF: ['30', '60', '100'],
  GBP: ['25', '50', '90'],
  USD: ['35', '65', '110'],
  DKK: ['225', '450', '750'],
  SEK: ['350', '700', '1150'],
  NOK: ['350', '700', '1150'],
  ISK: ['4500', '9000', '15000'],
  PLN: ['130', '260', '430'],
  CZK: ['750', '1500', '2500'],
  HUF: ['12000', '24000', '40000'],
  RON: ['150', '300', '500'],
};

const ONE = /^([A-Z]{3})=(\d{1,9}(?:\.\d{1,3})?)\/(\d{1,9}(?:\.\d{1,3})?)\/(\d{1,9}(?:\.\d{1,3})?)$/;

/** @throws Error with the reason, when it does not fit */
export function readHoldAmounts(text: string | undefined): HoldAmounts {
  const given = (text ?? '').split(',').flatMap((item) => (item.trim() === '' ? [] : [amountsOf(item.trim())]));
  return new Map([...Object.entries(USUAL), ...given]);
}

function amountsOf(item: string): [string, Amounts] {
  const [, currency = '', ac = '', dc = '', fast = ''] = ONE.exec(item) ?? [];
  if (!isCurrency(currency)) throw new Error(`has "${item}", which is not of the form EUR=30/60/100`);
  if ([ac, dc, fast].some((amount) => heldOf(amount, currency) === undefined))
    throw new Error(`has "${item}", of which no amount may be zero`);
  return [currency, [ac, dc, fast]];
}

export interface Hold {
  readonly hold: string;
  readonly limit: string;
}

const CLASSES = ['up to 22 kW', 'up to 150 kW', 'above 150 kW'] as const;
export type PowerClass = (typeof CLASSES)[number];

/** One whose power nobody knows counts as the strongest. */
export function powerClassOf(maxPowerW: number | undefined): PowerClass {
  const [low, middle, high] = CLASSES;
  const power = maxPowerW ?? Infinity;
  return power <= UP_TO_W[0] ? low : power <= UP_TO_W[1] ? middle : high;
}

/**
 * What is held, and what charging is stopped at: the tariff's amount counts before that of the power class.
 * @returns undefined for a currency without amounts
 */
export function holdOf(
  { currency, preauthorizeAmount }: { readonly currency: string; readonly preauthorizeAmount?: string | undefined },
  maxPowerW: number | undefined,
  { HOLD_AMOUNTS, HOLD_MARGIN_PERCENT }: { HOLD_AMOUNTS: HoldAmounts; HOLD_MARGIN_PERCENT: number },
): Hold | undefined {
  const index = CLASSES.indexOf(powerClassOf(maxPowerW));
  if (!isCurrency(currency)) return undefined;
  const hold = heldOf(preauthorizeAmount, currency) ?? heldOf(HOLD_AMOUNTS.get(currency)?.[index], currency);
  if (hold === undefined) return undefined;
  const margin = multiply(parseDecimal(hold), parseDecimal((HOLD_MARGIN_PERCENT / 100).toFixed(2)));
  return { hold, limit: formatAmount(subtract(parseDecimal(hold), margin), currency) };
}

/** Undefined where it is nothing, also by the currency's smallest unit alone. */
function heldOf(amount: string | undefined, currency: string): string | undefined {
  if (amount === undefined) return undefined;
  const hold = roundToMinor(parseDecimal(amount), currency);
  return compare(hold, zero) > 0 ? formatAmount(hold, currency) : undefined;
}
