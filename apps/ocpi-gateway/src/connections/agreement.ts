import type { Connection } from './connection.js';

/** Names the lock under which one side registers, renews or ends at a time: two at once would each replace the other's tokens. */
export function agreementWith({ operatorId, partnerId }: Pick<Connection, 'operatorId' | 'partnerId'>): string {
  return `agreement:${operatorId}/${partnerId}`;
}
