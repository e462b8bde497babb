import { createHmac, timingSafeEqual } from 'node:crypto';

/** Of the dynamic codes of a station (OCPP 2.1, `WebPaymentsCtrlr`). */
export interface PasswordRules {
  readonly secret: string;
  readonly validityS: number;
  readonly length: number;
}

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Whether it is of now, or of the time slot before or after: clocks differ, and a code is read while it changes. */
export function isCurrent(rules: PasswordRules, given: string, at: Date): boolean {
  const slot = slotOf(rules, at);
  // All three are looked at, so that the time taken tells nothing.
  return [-1, 0, 1].map((step) => isSame(given, passwordOf(rules, slot + step))).includes(true);
}

export function slotOf({ validityS }: PasswordRules, at: Date): number {
  return Math.floor(at.getTime() / 1_000 / validityS);
}

/** Version `v1`. */
export function passwordOf({ secret, length }: PasswordRules, slot: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(slot));
  const hash = createHmac('sha256', secret).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  const letters = Array.from({ length }, (_, index) => ALPHABET[(hash[(offset + index) % 32] ?? 0) % 62]);
  return letters.join('');
}

/** In a time that says nothing of where they differ. */
export function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
