import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Keyed hashes of secrets that are random enough not to be guessed: station passwords, API keys, partner tokens.
 * The key never leaves the process's settings, so a copy of the database opens nothing.
 */
export class SecretHasher {
  /** @param previousKey under which secrets of before are still known while the key is renewed */
  constructor(
    private readonly key: string,
    private readonly previousKey?: string,
  ) {}

  /** HMAC-SHA-256, in hex: how a secret is kept from now on. */
  hash(secret: string | Buffer): string {
    return hmac(this.key, secret);
  }

  /** All that a secret may be known by. */
  hashesOf(secret: string | Buffer): string[] {
    return [this.key, ...(this.previousKey === undefined ? [] : [this.previousKey])].map((key) => hmac(key, secret));
  }

  /** Compares two hashes in a time that says nothing about them. */
  equal(hashA: string, hashB: string): boolean {
    const [a, b] = [Buffer.from(hashA), Buffer.from(hashB)];
    return a.length === b.length && timingSafeEqual(a, b);
  }
}

function hmac(key: string, secret: string | Buffer): string {
  return createHmac('sha256', key).update(secret).digest('hex');
}
