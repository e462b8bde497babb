import type { Customer } from '../assignments/assignments.store.js';
import type { QuoteBody } from './quotes.schema.js';

/** Whose price is asked for; of nobody in particular it is everybody's. */
export function customerOf({ tokenKind, token }: QuoteBody): Customer | undefined {
  if (tokenKind === undefined && token === undefined) return undefined;
  return { type: tokenKind ?? 'OTHER', ...token };
}
