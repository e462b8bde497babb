/** Tells what is wrong, where and why. */
export type Report = (
  code:
    | 'not-an-object'
    | 'missing'
    | 'not-a-number'
    | 'negative'
    | 'too-large'
    | 'too-precise'
    | 'unknown-value'
    | 'unknown-member'
    | 'unknown-currency'
    | 'bad-date'
    | 'bad-time'
    | 'contradiction'
    | 'no-elements'
    | 'no-components'
    | 'too-many-elements'
    | 'too-many-times'
    | 'too-many-taxes',
  path: string,
  message: string,
) => void;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A missing number is no problem here; a present one lies between the limits. */
export function numberIn(
  owner: Record<string, unknown>,
  name: string,
  path: string,
  { min, max, decimals }: { min: number; max: number; decimals: number },
  report: Report,
): void {
  const value = owner[name];
  if (value === undefined || value === null) return;
  const at = `${path}.${name}`;
  if (typeof value !== 'number' || !Number.isFinite(value)) return report('not-a-number', at, 'must be a number');
  if (value < min) return report('negative', at, `must not be less than ${min}`);
  if (value > max) return report('too-large', at, `must not be more than ${max}`);
  if (Number(value.toFixed(decimals)) !== value) report('too-precise', at, `must have at most ${decimals} decimals`);
}

export function oneOf(owner: Record<string, unknown>, name: string, allowed: readonly string[], report: Report): void {
  const value = owner[name];
  if (value === undefined || value === null || allowed.includes(String(value))) return;
  report('unknown-value', name, `must be one of ${allowed.join(', ')}`);
}
