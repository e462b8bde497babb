import type { ICustomPartitioner } from 'kafkajs';

/**
 * The partition of a record by its key, as every Kafka client in Java chooses it (`BuiltInPartitioner`), and kafkajs too,
 * which calculates with big integers for it.
 */
export const byKey: ICustomPartitioner =
  () =>
  ({ message: { key }, partitionMetadata }) =>
    (murmur2(Buffer.from(key ?? '')) & 0x7fffffff) % partitionMetadata.length;

const MULTIPLIER = 0x5bd1e995;
const SEED = 0x9747b28c;

/** MurmurHash2, 32 bits, as Kafka seeds it. */
export function murmur2(bytes: Uint8Array): number {
  const whole = bytes.length & ~3;
  let hash = SEED ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(wordAt(bytes, at, 4), MULTIPLIER);
    word = Math.imul(word ^ (word >>> 24), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ word;
  }
  if (whole < bytes.length) hash = Math.imul(hash ^ wordAt(bytes, whole, bytes.length - whole), MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}

/** Up to four bytes as a number, the least significant first. */
function wordAt(bytes: Uint8Array, at: number, count: number): number {
  let word = 0;
  for (let index = 0; index < count; index += 1) word |= (bytes[at + index] ?? 0) << (8 * index);
  return word;
}
