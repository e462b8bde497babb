/** How a unit is told in its base unit: the base unit, and the power of ten between them. */
const UNITS: Readonly<Record<string, readonly [base: string, exponent: number]>> = {
  Wh: ['Wh', 0],
  kWh: ['Wh', 3],
  varh: ['varh', 0],
  kvarh: ['varh', 3],
  VAh: ['VAh', 0],
  kVAh: ['VAh', 3],
  W: ['W', 0],
  kW: ['W', 3],
  VA: ['VA', 0],
  kVA: ['VA', 3],
  var: ['var', 0],
  kvar: ['var', 3],
  A: ['A', 0],
  mA: ['A', -3],
  V: ['V', 0],
  mV: ['V', -3],
  kV: ['V', 3],
  Percent: ['Percent', 0],
  Celsius: ['Celsius', 0],
  // OCPP-J 1.6 errata 2.1: the schema's spelling, which stations were built to.
  Celcius: ['Celsius', 0],
  Hertz: ['Hertz', 0],
  Hz: ['Hertz', 0],
};

/** The unit of a measurand that names none, by how the measurand begins (OCPP 1.6 §7.31, 2.x UnitOfMeasureType). */
const UNIT_OF: readonly (readonly [measurand: string, unit: string])[] = [
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

/** A value with its multiplier in its base unit; an unknown unit is kept as it is. */
export function inBaseUnit(
  value: string,
  measurand: string,
  unit: string | undefined,
  multiplier = 0,
): { value: number; unit?: string } {
  const named = unit ?? UNIT_OF.find(([begin]) => measurand.startsWith(begin))?.[1];
  if (named === 'K') return { value: rounded(scaled(value, multiplier) - 273.15), unit: 'Celsius' };
  if (named === 'Fahrenheit') return { value: rounded(((scaled(value, multiplier) - 32) * 5) / 9), unit: 'Celsius' };
  const [base, exponent] = (named === undefined ? undefined : UNITS[named]) ?? [named, 0];
  return { value: scaled(value, multiplier + exponent), ...(base === undefined ? {} : { unit: base }) };
}

/** Moves the decimal point in the text, where 12.345 kWh are 12345 Wh; the product of floats would be a little off. */
function scaled(text: string, exponent: number): number {
  const [digits, own = '0'] = text.trim().toLowerCase().split('e');
  return Number(`${digits}e${Number(own) + exponent}`);
}

/** Degrees come from an arithmetic that floats do not close: six places are more than any sensor has. */
function rounded(value: number): number {
  return Number(value.toFixed(6));
}
