import { hash } from 'node:crypto';

/** Part of an event's idempotency key: equal for equal content, whatever message or connection it comes by. */
export function digestOf(content: unknown): string {
  return hash('sha256', JSON.stringify(content));
}
