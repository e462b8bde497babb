import { hash } from 'node:crypto';

/** Tells apart what a station says of one moment: equal for equal content, whatever message or connection it comes by. */
export function digestOf(said: unknown): string {
  return hash('sha256', JSON.stringify(said));
}
