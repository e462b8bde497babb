import { hash } from 'node:crypto';

/** Equal for what says the same, in whatever order its members are: a database gives them in its own. */
export function digestOf(said: object): string {
  return hash('sha256', JSON.stringify(said, inOrder));
}

function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
