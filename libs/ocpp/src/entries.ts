/**
 * How many entries the lists of a message have, at any depth: the values of a meter, of a report, of an event. Each costs about
 * as much as a small message, however few bytes it has.
 */
export function entriesIn(payload: unknown): number {
  const open = [payload];
  let entries = 0;
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    const parts: unknown[] = Array.isArray(value) ? value : Object.values(value);
    if (Array.isArray(value)) entries += value.length;
    for (const part of parts) if (typeof part === 'object') open.push(part);
  }
  return entries;
}
