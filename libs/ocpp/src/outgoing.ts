const fractionDigits = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3})\d+(Z|[+-]\d{2}:\d{2})$/;
/** Of an instant with three fractional digits in UTC. */
const longestInstant = '2026-01-01T00:00:00.000Z'.length;
const decimalFactor = 1_000_000;

/**
 * A payload as it may go out: without null, `{}` and `[]` properties (OCPP 2.1 Part 4 §4.1.5), decimals with at most
 * six places, timestamps with at most three fractional digits (§2.1). The free-form `data` of a DataTransfer stays as it is.
 */
export function outgoing(action: string, payload: object): object {
  const cleaned = cleanObject(payload);
  return action === 'DataTransfer' && 'data' in payload ? { ...cleaned, data: payload.data } : cleaned;
}

function cleanObject(value: object): object {
  const cleaned: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const kept = clean(item);
    if (!isEmpty(kept)) cleaned[key] = kept;
  }
  return cleaned;
}

function clean(value: unknown): unknown {
  if (typeof value === 'number')
    return Number.isInteger(value) ? value : Math.round(value * decimalFactor) / decimalFactor;
  if (typeof value === 'string') return value.length > longestInstant ? value.replace(fractionDigits, '$1$2') : value;
  // Elements of a list are kept even when empty: their place has a meaning.
  if (Array.isArray(value)) return value.map(clean);
  return typeof value === 'object' && value !== null ? cleanObject(value) : value;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
