import type { Transaction } from '@chargemesh/persistence';

/** Channels of PostgreSQL's NOTIFY between the gateway's processes. */
export const channels = {
  /** Station ids whose credentials changed. */
  credentials: 'ocpp_gateway_credentials',
  /** `{ stationId, epoch }` of sockets that were just claimed. */
  claims: 'ocpp_gateway_claims',
} as const;
export type Channel = (typeof channels)[keyof typeof channels];

/** PostgreSQL takes less than 8,000 bytes in a notification. */
const MAX_BYTES = 7_900;

/** Notifies every process of these items when the transaction commits; listeners get them one by one. */
export async function announce(tx: Transaction, channel: Channel, items: readonly unknown[]): Promise<void> {
  await tx.query('SELECT pg_notify($1, message) FROM unnest($2::text[]) AS message', [channel, messagesOf(items)]);
}

/** JSON arrays of the items, each short enough for a notification. */
export function messagesOf(items: readonly unknown[]): string[] {
  const messages: string[] = [];
  let parts: string[] = [];
  let bytes = 2;
  for (const item of items) {
    const part = JSON.stringify(item);
    const size = Buffer.byteLength(part) + 1;
    if (parts.length > 0 && bytes + size > MAX_BYTES) {
      messages.push(`[${parts.join(',')}]`);
      parts = [];
      bytes = 2;
    }
    parts.push(part);
    bytes += size;
  }
  if (parts.length > 0) messages.push(`[${parts.join(',')}]`);
  return messages;
}
