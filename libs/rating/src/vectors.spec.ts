import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { formatDecimal, parseDecimal, round } from '@chargemesh/money';
import { type OcpiCdr, compileTariff, fromOcpiCdr, rate } from './index.js';

interface Totals {
  readonly beforeTaxes?: string;
  readonly inclTaxes?: string;
}
interface Vector {
  readonly name: string;
  readonly tariff: unknown;
  readonly cdr: OcpiCdr;
  readonly printed: Totals;
  readonly correct?: Totals;
}

const file = new URL('../vectors/ocpi.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] };

/** As exact as the specification prints it. */
function asPrinted(exact: string, printed: string | undefined): string | undefined {
  if (printed === undefined) return undefined;
  return formatDecimal(round(parseDecimal(exact), printed.split('.')[1]?.length ?? 0));
}

describe('the worked examples of OCPI', () => {
  it('are all here: 33, and one of them with three step sizes', () => {
    expect(vectors).toHaveLength(35);
  });

  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, { tariff, cdr, printed, correct }) => {
    const result = rate(compileTariff(tariff, { timeZone: 'UTC' }), fromOcpiCdr(cdr));
    const expected = correct ?? printed;
    expect({
      beforeTaxes: asPrinted(result.exactBeforeTaxes, expected.beforeTaxes),
      inclTaxes: asPrinted(result.exactInclTaxes, expected.inclTaxes),
    }).toEqual({ beforeTaxes: expected.beforeTaxes, inclTaxes: expected.inclTaxes });
  });
});
