import { DecimalInvalid, formatDecimal, multiply, parseDecimal, scaled } from '@chargemesh/money';

/** The amount in a provider's smallest units. @throws DecimalInvalid rather than round: amounts are rounded where they are made */
export function toMinor(amount: string, digits: number): number {
  const units = Number(scaled(parseDecimal(amount), digits));
  if (!Number.isSafeInteger(units)) throw new DecimalInvalid(`too large for minor units: ${amount}`);
  return units;
}

/** The amount of so many of a provider's smallest units, with all their digits. */
export function fromMinor(units: number, digits: number): string {
  if (!Number.isSafeInteger(units)) throw new DecimalInvalid(`no whole number of minor units: ${units}`);
  const one = parseDecimal(`0.${'1'.padStart(digits, '0')}`);
  return digits === 0 ? String(units) : formatDecimal(multiply(parseDecimal(units), one));
}
