export {
  type Decimal,
  DecimalInvalid,
  add,
  compare,
  decimalPlaces,
  formatDecimal,
  multiply,
  parseDecimal,
  round,
  scaled,
  subtract,
  sum,
  zero,
} from './decimal.js';
export {
  CurrencyUnknown,
  formatAmount,
  fromMinorUnits,
  isCurrency,
  minorDigits,
  roundToMinor,
  toMinorUnits,
} from './currency.js';
export { converter, divideRounded, formatScaled, lcm } from './fraction.js';
