import type { LineComponent, RatingLine } from './result.js';

/** A line of the trace as a CDR carries it. */
export interface TracedLine {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly component: LineComponent;
  readonly element?: number;
  readonly volume: string;
  readonly billedVolume: string;
  readonly stepSize?: number;
  readonly price: string;
  readonly taxPercent?: string;
  readonly amountBeforeTaxes: string;
  readonly amountInclTaxes: string;
  readonly note?: string;
}

export function tracedLine(line: RatingLine): TracedLine {
  const [tax] = line.taxes;
  return {
    startedAt: line.startedAt,
    endedAt: line.endedAt,
    component: line.component,
    ...(line.elementIndex === undefined ? {} : { element: line.elementIndex }),
    volume: line.volume,
    billedVolume: line.billedVolume,
    ...(line.stepSize === undefined ? {} : { stepSize: line.stepSize }),
    price: line.price,
    ...(tax ? { taxPercent: tax.percentage } : {}),
    amountBeforeTaxes: line.amountBeforeTaxes,
    amountInclTaxes: line.amountInclTaxes,
    ...(line.notes.length > 0 ? { note: line.notes.join(', ') } : {}),
  };
}
