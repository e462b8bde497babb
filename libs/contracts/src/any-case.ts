/**
 * The spelling by which identifiers are compared that OCPP and OCPI compare without regard to case (tokens, contracts,
 * groups). Theirs are ASCII, so other letters stay as they are: what becomes of `ß` or `ı` differs between languages,
 * databases and their versions, and two tokens that differ in it are two.
 */
export function anyCase(identifier: string): string {
  return identifier.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** The same in SQL, of an expression. In this collation `upper` knows ASCII letters only, whatever the database's is. */
export function anyCaseSql(expression: string): string {
  return `upper(${expression} COLLATE "C")`;
}
