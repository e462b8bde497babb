/** A decimal number as a text says it that is a number in JSON as well; zeros may stand before it. */
const plain = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const signed = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const withComma = /^([+-]?)(\d+),(\d+)$/;
/** A word behind a number; `1e` is a number that was cut off. */
const withUnit = /^(.*[\d.])\s*(?!e$)([a-z°%µΩ][a-z°%µΩ ]*)$/i;
/** Numbers are short; what is longer is not looked at. */
const lengthMax = 100;

/** A number as it is meant, in the form that JSON has for it, and the unit that is written behind it. */
export interface Decimal {
  readonly number: string;
  readonly unit?: string;
}

/** Whether a text is a decimal number; an empty one says nothing, which is no flaw. */
export function isDecimal(text: string): boolean {
  return text === '' || plain.test(text);
}

/** Whether a text may say a number at all: `NaN`, `n/a` and the like do not. */
export function saysNumber(text: string): boolean {
  return /\d/.test(text);
}

/**
 * Reads a number with blanks around it, a plus, a decimal comma or a unit behind it. Undefined where that is in doubt: a
 * comma before three places may group thousands, and so may a blank, or a point beside a comma.
 */
export function decimalMeant(text: string): Decimal | undefined {
  if (text.length > lengthMax) return undefined;
  const number = numberIn(text.trim());
  if (number !== undefined) return { number };
  const [, before = '', unit = ''] = withUnit.exec(text.trim()) ?? [];
  const measured = numberIn(before);
  return measured === undefined ? undefined : { number: measured, unit: unit.trim() };
}

function numberIn(text: string): string | undefined {
  if (signed.test(text)) return text.replace(/^\+/, '');
  const [, sign = '', whole = '', places = ''] = withComma.exec(text) ?? [];
  if (whole === '' || (places.length === 3 && whole.length <= 3 && !whole.startsWith('0'))) return undefined;
  return `${sign === '-' ? sign : ''}${whole}.${places}`;
}
