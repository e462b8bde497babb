/**
 * Enumerations of which also a word that they lack is passed on as it is: whoever reads it tells it apart, while without
 * it the value beside it would be taken for something else, and a message would be lost for a word that is only shown.
 * By the name of the definition, or in 1.6 of the member.
 */
const open: ReadonlySet<string> = new Set([
  ...['measurand', 'unit', 'phase', 'location', 'format'],
  ...['MeasurandEnumType', 'PhaseEnumType', 'LocationEnumType', 'IdTokenEnumType', 'TriggerReasonEnumType'],
  ...['EventTriggerEnumType', 'EventNotificationEnumType', 'MutabilityEnumType', 'DataEnumType'],
]);
const parting = /[\s._]|(?<=[a-z0-9])-(?=[a-z0-9])/g;
const neutral = ['Other', 'OtherError', 'Unknown'];

/** A word of an enumeration as it is meant; undefined where nobody can tell. */
export function wordMeant(
  text: string,
  words: readonly string[],
  name: string,
): { word: string; rule: 'word-spelling' | 'word-unknown' } | undefined {
  const plain = letters(text);
  const same = plain === '' ? undefined : words.find((word) => letters(word) === plain);
  if (same !== undefined) return { word: same, rule: 'word-spelling' };
  if (open.has(name)) return { word: text, rule: 'word-unknown' };
  const other = neutral.find((word) => words.includes(word));
  // Of a status, `Unknown` says something: that there is nothing by the name.
  if (other === undefined || (other === 'Unknown' && name.endsWith('StatusEnumType'))) return undefined;
  return { word: other, rule: 'word-unknown' };
}

/** Without what only parts a word; every other sign may be what makes it another one (`µWh`, `Wh/100`, `-A`). */
function letters(word: string): string {
  return word.toLowerCase().replace(parting, '');
}
