import { type Report, isRecord } from './problems.js';

/** OCPI 2.2.1 and 2.3.0 with its payments module, mod_tariffs, and ours. */
const MEMBERS = {
  tariff: [
    ...['country_code', 'party_id', 'id', 'currency', 'type', 'tariff_alt_text', 'tariff_alt_url', 'min_price'],
    ...['max_price', 'preauthorize_amount', 'elements', 'tax_included', 'start_date_time', 'end_date_time'],
    ...['energy_mix', 'last_updated', 'chargemesh'],
  ],
  element: ['price_components', 'restrictions'],
  component: ['type', 'price', 'vat', 'step_size', 'chargemesh'],
  restrictions: [
    ...['start_time', 'end_time', 'start_date', 'end_date', 'min_kwh', 'max_kwh', 'min_current', 'max_current'],
    ...['min_power', 'max_power', 'min_duration', 'max_duration', 'day_of_week', 'reservation'],
  ],
  limit: ['before_taxes', 'after_taxes', 'excl_vat', 'incl_vat'],
} as const;

/**
 * Members that a price does not know: a misspelt one would be ignored, and the tariff cost something else than was
 * meant. Partners may send what they like, so this is asked of our own tariffs only.
 */
export function unknownMembers(tariff: Record<string, unknown>, report: Report): void {
  check(tariff, MEMBERS.tariff, '', report);
  for (const name of ['min_price', 'max_price']) check(tariff[name], MEMBERS.limit, name, report);
  listOf(tariff['elements']).forEach((element, index) => {
    const at = `elements[${index}]`;
    check(element, MEMBERS.element, at, report);
    if (!isRecord(element)) return;
    check(element['restrictions'], MEMBERS.restrictions, `${at}.restrictions`, report);
    listOf(element['price_components']).forEach((component, component_index) =>
      check(component, MEMBERS.component, `${at}.price_components[${component_index}]`, report),
    );
  });
}

function check(owner: unknown, members: readonly string[], path: string, report: Report): void {
  if (!isRecord(owner)) return;
  for (const name of Object.keys(owner)) {
    if (members.includes(name)) continue;
    const told = name.slice(0, 40);
    report('unknown-member', path ? `${path}.${told}` : told, `is not known; the nearest is ${nearest(told, members)}`);
  }
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The word that fewest changes of a letter lead to. */
export function nearest(word: string, words: readonly string[]): string {
  const changes = words.map((known) => changesBetween(word.toLowerCase(), known.toLowerCase()));
  return words[changes.indexOf(Math.min(...changes))] ?? '';
}

/** Levenshtein distance. */
function changesBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
