import { type ProblemCode, problems } from './problems/catalogue.js';

/** An error that a caller is meant to see. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    /** Members added to the problem document, e.g. the id that was not found. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(problems[code][1]);
    this.status = problems[code][0];
  }
}

export function problem(code: ProblemCode, details?: Record<string, unknown>): Problem {
  return new Problem(code, details);
}
