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

/** Something that is wrong with what was sent. */
export interface InputError {
  /** JSON pointer (RFC 6901) to it, or to where something is missing. */
  readonly pointer: string;
  /** Of the rule that is not met. */
  readonly code: string;
  /** What it has to be. */
  readonly detail: string;
}

/** Things that are wrong of which one answer tells. */
const TOLD = 100;

/** The problem of a body, query or path that does not fit: `errors` has all that is wrong, `detail` and `pointer` the first. */
export function unfit(code: ProblemCode, part: string, wrong: readonly InputError[]): Problem {
  const errors = wrong.slice(0, TOLD);
  const [{ pointer, detail } = { pointer: '', detail: 'does not fit its schema' }] = errors;
  const more = wrong.length > 1 ? `, and ${wrong.length - 1} more` : '';
  return problem(code, { detail: `${part} ${pointer || '/'} ${detail}${more}`, pointer, errors });
}
