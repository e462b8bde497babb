import { formatScaled, parseDecimal, scaled } from '@chargemesh/money';
import type { Tariff } from '@chargemesh/rating';

/** Digits that a price of a tariff can have, and that a price per minute is shown with at most. */
const DIGITS = 9;
const SHOWN_DIGITS = 4;
/** Hourly prices are multiples of this many 10^-9. */
const STEP = 60n * 10n ** BigInt(DIGITS - SHOWN_DIGITS);
const MAX_PROBLEMS = 50;

export interface PerMinuteProblem {
  readonly code: 'inexact-per-minute';
  /** Where: `elements[2].price_components[0].price`. */
  readonly path: string;
  readonly message: string;
}

/** Hourly prices that have no exact price per minute (AFIR wants that shown), at most 50 of them. */
export function inexactPerMinute({ elements }: Tariff): PerMinuteProblem[] {
  return elements
    .flatMap(({ price_components }, element) =>
      price_components.flatMap(({ type, price }, index): PerMinuteProblem[] => {
        const exact = scaled(parseDecimal(price), DIGITS);
        if ((type !== 'TIME' && type !== 'PARKING_TIME') || exact % STEP === 0n) return [];
        const below = exact - (exact % STEP);
        const near = [below, below + STEP].map((amount) => formatScaled(amount, DIGITS)).join(' or ');
        const path = `elements[${element}].price_components[${index}].price`;
        const message = `divides by 60 to no more than four decimals when it is ${near}`;
        return [{ code: 'inexact-per-minute', path, message }];
      }),
    )
    .slice(0, MAX_PROBLEMS);
}
