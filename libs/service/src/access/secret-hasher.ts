import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Keyed hashes of secrets that are random enough not to be guessed: station passwords, API keys, partner tokens.
 * The key never leaves the process's settings, so a copy of the database opens nothing.
 */
export class SecretHasher {
  constructor(private readonly key: string) {}

  /** HMAC-SHA-256, in hex. */
  hash(secret: string | Buffer): string {
    return createHmac('sha256', this.key).update(secret).digest('hex');
  }

  /** Compares two hashes in a time that says nothing about them. */
  equal(hashA: string, hashB: string): boolean {
    const [a, b] = [Buffer.from(hashA), Buffer.from(hashB)];
    return a.length === b.length && timingSafeEqual(a, b);
  }
}
