import { type Axis, axesOf } from './coverage-axes.js';
import type { Dimension, Tariff, TariffRestrictions } from './tariff.js';

/** Something that a tariff does and that may not be meant; it can be rated all the same. */
export interface TariffWarning {
  readonly code: 'hole' | 'unreachable' | 'not-checked';
  /** Where: `elements[2].price_components[0]`; of a hole `elements`. */
  readonly path: string;
  readonly message: string;
}

const MAX_WARNINGS = 20;
/** Comparisons of a part with an element; some tenths of a second. */
const MAX_STEPS = 3_000_000;
/** What must not fall through; a fee is due once, and where it is not due, nothing was used for nothing. */
const HELD: readonly Dimension[] = ['ENERGY', 'TIME', 'PARKING_TIME'];
const KINDS: readonly Dimension[] = [...HELD, 'FLAT'];

/**
 * Where a tariff has no price for energy or time of a kind that it prices elsewhere, over the week, the calendar, energy,
 * duration, power and current; and the prices that no session can come to, because those before them are for all that
 * they are for. Reservations are not looked at. What a tariff prices nowhere is free on purpose.
 * @param today `2026-11-26`: what is past by then does not matter
 */
export function tariffWarnings(tariff: Tariff, today: string): TariffWarning[] {
  const found = KINDS.flatMap((type) => warningsOf(tariff, type, today));
  return found.slice(0, MAX_WARNINGS);
}

interface Candidate {
  readonly path: string;
  readonly restrictions: TariffRestrictions;
}

function warningsOf({ elements }: Tariff, type: Dimension, today: string): TariffWarning[] {
  const candidates = elements.flatMap(({ price_components, restrictions }, element): Candidate[] => {
    const index = price_components.findIndex((component) => component.type === type);
    if (index < 0 || restrictions?.reservation) return [];
    return [{ path: `elements[${element}].price_components[${index}]`, restrictions: restrictions ?? {} }];
  });
  if (candidates.length === 0) return [];
  const axes = axesOf(
    candidates.map(({ restrictions }) => restrictions),
    type,
    today,
  );
  const walk = new Walk<Candidate>(axes);
  if (!walk.through(candidates)) {
    const message = `it has too many restrictions for a check whether all ${type} is priced`;
    return [{ code: 'not-checked', path: 'elements', message }];
  }
  const holes = HELD.includes(type) ? walk.holes : [];
  return [
    ...holes.map((where): TariffWarning => ({ code: 'hole', path: 'elements', message: holeMessage(type, where) })),
    ...candidates
      .filter((candidate) => !walk.reached.has(candidate))
      .map(({ path }): TariffWarning => ({ code: 'unreachable', path, message: UNREACHABLE })),
  ];
}

const UNREACHABLE = 'is never reached: the elements before it are for all that it is for, from today on';

function holeMessage(type: Dimension, where: string): string {
  return `no element has a price for ${type} ${where}: it is free there, and so flagged; a price of 0 says that it is meant`;
}

/** Divides all that can be, axis by axis, until it is known which price is the first, or that there is none. */
export class Walk<One extends Pick<Candidate, 'restrictions'>> {
  readonly reached = new Set<One>();
  readonly holes: string[] = [];
  private steps = 0;

  constructor(
    private readonly axes: readonly Axis[],
    private readonly maxSteps = MAX_STEPS,
  ) {}

  /** Whether it could be done. */
  through(candidates: readonly One[], depth = 0, where: readonly string[] = []): boolean {
    const [first] = candidates;
    if (!first) {
      if (this.holes.length < MAX_WARNINGS) this.holes.push(where.join(', ') || 'at all');
      return true;
    }
    const left = this.axes.slice(depth);
    const [axis] = left;
    if (!axis || left.every(({ asks }) => !asks(first.restrictions))) {
      this.reached.add(first);
      return true;
    }
    return (
      this.parts(axis, candidates).every(({ cells, those }) => {
        const words = cells.length === axis.cells.length ? [] : [axis.words(cells)].filter((one) => one !== '');
        return this.through(those, depth + 1, [...where, ...words]);
      }) && this.steps <= this.maxSteps
    );
  }

  /** The cells of an axis, those with the same candidates together. */
  private parts(axis: Axis, candidates: readonly One[]): { cells: number[]; those: One[] }[] {
    const parts = new Map<string, { cells: number[]; those: One[] }>();
    this.steps += axis.cells.length * candidates.length;
    if (this.steps > this.maxSteps) return [];
    axis.cells.forEach(({ allows }, index) => {
      const kept = candidates.map(({ restrictions }) => allows(restrictions));
      const key = kept.map(Number).join('');
      const part = parts.get(key) ?? { cells: [], those: candidates.filter((_, one) => kept[one]) };
      part.cells.push(index);
      parts.set(key, part);
    });
    return [...parts.values()];
  }
}
