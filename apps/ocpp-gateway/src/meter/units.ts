/** A unit's base unit, and the power of ten between them. */
type Unit = readonly [base: string, exponent: number];

const UNITS: Readonly<Record<string, Unit>> = {
  ...prefixed('Wh', { m: -3, '': 0, k: 3, M: 6, G: 9 }),
  ...prefixed('varh', { '': 0, k: 3, M: 6 }),
  ...prefixed('VAh', { '': 0, k: 3, M: 6 }),
  ...prefixed('W', { m: -3, '': 0, k: 3, M: 6 }),
  ...prefixed('VA', { '': 0, k: 3, M: 6 }),
  ...prefixed('var', { '': 0, k: 3, M: 6 }),
  ...prefixed('A', { m: -3, '': 0, k: 3 }),
  ...prefixed('V', { m: -3, '': 0, k: 3 }),
  Percent: ['Percent', 0],
  '%': ['Percent', 0],
  Celsius: ['Celsius', 0],
  // OCPP-J 1.6 errata 2.1: the schema's spelling, which stations were built to.
  Celcius: ['Celsius', 0],
  '°C': ['Celsius', 0],
  Hertz: ['Hertz', 0],
  Hz: ['Hertz', 0],
};

/** Spellings without regard to case, where they mean one unit only (`mw` does not: milli or mega). */
const ANY_CASE: ReadonlyMap<string, Unit> = unambiguous(UNITS);

/** The base unit of a measurand, by how the measurand begins (OCPP 1.6 §7.31, 2.x UnitOfMeasureType). */
const BASE_OF: readonly (readonly [measurand: string, unit: string])[] = [
  ['Energy.Active', 'Wh'],
  ['Energy.Reactive', 'varh'],
  ['Energy.Apparent', 'VAh'],
  ['Power.Active', 'W'],
  ['Power.Offered', 'W'],
  ['Power.Reactive', 'var'],
  ['Power.Apparent', 'VA'],
  ['Current', 'A'],
  ['Voltage', 'V'],
  ['Frequency', 'Hertz'],
  ['SoC', 'Percent'],
  ['Temperature', 'Celsius'],
];

/** A value with its multiplier in its base unit; an unknown unit is kept, so that it is not taken for another. */
export function inBaseUnit(
  value: string,
  measurand: string,
  unit: string | undefined,
  multiplier = 0,
): { value: number; unit?: string } {
  // An empty text names no unit.
  const named = unit || BASE_OF.find(([begin]) => measurand.startsWith(begin))?.[1];
  if (named === undefined) return { value: scaled(value, multiplier) };
  const spelt = named.length > CHARS_MAX ? '' : named.replaceAll(/\s/g, '');
  if (spelt === 'K') return { value: rounded(scaled(value, multiplier) - 273.15), unit: 'Celsius' };
  if (spelt.toLowerCase() === 'fahrenheit')
    return { value: rounded(((scaled(value, multiplier) - 32) * 5) / 9), unit: 'Celsius' };
  const [base, exponent] = unitOf(spelt) ?? [named, 0];
  return { value: scaled(value, multiplier + exponent), unit: base };
}

function unitOf(spelt: string): Unit | undefined {
  return Object.hasOwn(UNITS, spelt) ? UNITS[spelt] : ANY_CASE.get(spelt.toLowerCase());
}

function prefixed(base: string, prefixes: Readonly<Record<string, number>>): Record<string, Unit> {
  return Object.fromEntries(
    Object.entries(prefixes).map(([prefix, exponent]) => [`${prefix}${base}`, [base, exponent] as const]),
  );
}

function unambiguous(units: Readonly<Record<string, Unit>>): Map<string, Unit> {
  const known = new Map<string, Unit>();
  const several = new Set<string>();
  for (const [spelling, unit] of Object.entries(units)) {
    const lower = spelling.toLowerCase();
    if (known.has(lower)) several.add(lower);
    known.set(lower, unit);
  }
  for (const spelling of several) known.delete(spelling);
  return known;
}

/** JavaScript reads more than this as a number, and `0x10` followed by an exponent as another one. */
const DECIMAL = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:e([+-]?\d+))?$/i;
/** Numbers and units are short; longer texts are neither, and are not looked at. */
const CHARS_MAX = 100;

/**
 * Moves the decimal point in the text, where 12.345 kWh are 12345 Wh; the product of floats would be a little off.
 * NaN of what is no decimal number.
 */
function scaled(text: string, exponent: number): number {
  const [, digits, own = '0'] = (text.length <= CHARS_MAX && DECIMAL.exec(text.trim())) || [];
  return digits === undefined ? Number.NaN : Number(`${digits}e${Number(own) + exponent}`);
}

/** Degrees come from an arithmetic that floats do not close: six places are more than any sensor has. */
function rounded(value: number): number {
  return Number(value.toFixed(6));
}
