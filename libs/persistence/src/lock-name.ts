/**
 * What an advisory lock is taken by: they belong to the whole database, and what has the same name in another service is
 * something else. One of a transaction and one of a session exclude each other by it.
 */
export function lockName(schema: string, name: string): string {
  return `${schema}:${name}`;
}
