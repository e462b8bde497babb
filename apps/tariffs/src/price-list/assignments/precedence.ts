import type { Assignment } from './assignment.entity.js';

/** The most specific first: an agreement with somebody counts wherever it applies, before any price of a place. */
const AUDIENCES: readonly Assignment['audience'][] = ['contract', 'token-group', 'ad-hoc', 'partner', 'everybody'];

/** The narrowest first. */
const SCOPES: readonly Assignment['scope'][] = ['evse', 'location', 'location-group', 'operator'];

type Ranked = Pick<Assignment, 'assignmentId' | 'scope' | 'audience'>;

/** Less comes first: of the most specific audience that of the narrowest target. No two that apply at once are equal. */
export function rankOf({ scope, audience }: Pick<Ranked, 'scope' | 'audience'>): number {
  return AUDIENCES.indexOf(audience) * SCOPES.length + SCOPES.indexOf(scope);
}

/** The same order in SQL, of a row of assignments. */
export function rankIn(row: string): string {
  const position = (words: readonly string[], column: string) =>
    `array_position('{${words.join(',')}}'::text[], ${row}.${column})`;
  return `(${position(AUDIENCES, 'audience')} * ${SCOPES.length} + ${position(SCOPES, 'scope')})`;
}

/** Of those that apply the one that counts. */
export function mostSpecific<One extends Ranked>(applying: readonly One[]): One | undefined {
  return applying.reduce<One | undefined>((first, one) => (first && !precedes(one, first) ? first : one), undefined);
}

/** The id only orders what a conflict would have refused, so that the answer never depends on the order of rows. */
function precedes(a: Ranked, b: Ranked): boolean {
  return rankOf(a) - rankOf(b) < 0 || (rankOf(a) === rankOf(b) && a.assignmentId < b.assignmentId);
}
