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
/** Words are short; what is longer is none that anybody knows. */
const lengthMax = 255;
const neutral = ['Other', 'OtherError', 'Unknown'];

/** A word of an enumeration as it is meant; undefined where nobody can tell. */
export function wordMeant(
  text: string,
  words: readonly string[],
  name: string,
): { word: string; rule: 'word-spelling' | 'word-unknown' } | undefined {
  const same = text.length > lengthMax ? undefined : byLetters(words).get(letters(text));
  if (same !== undefined) return { word: same, rule: 'word-spelling' };
  if (open.has(name)) return { word: text, rule: 'word-unknown' };
  const status = connectorStatusMeant(text, words);
  if (status !== undefined) return { word: status, rule: 'word-unknown' };
  const other = neutral.find((word) => words.includes(word));
  // Of a status, `Unknown` says something: that there is nothing by the name.
  if (other === undefined || (other === 'Unknown' && name.endsWith('StatusEnumType'))) return undefined;
  return { word: other, rule: 'word-unknown' };
}

/** Connector statuses of other versions, and a shortened one, by the words that the versions have for what they mean. */
const statuses: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['suspended', ['SuspendedEV', 'Occupied']],
  ...['occupied', 'evconnected', 'preparing', 'charging', 'suspendedev', 'suspendedevse', 'finishing'].map(
    (said): [string, string[]] => [said, ['Occupied']],
  ),
]);

/** A connector's status by a word that the version has, or by `Occupied`, for which 1.6 has none. */
function connectorStatusMeant(text: string, words: readonly string[]): string | undefined {
  const isOfConnector = ['Available', 'Reserved', 'Faulted'].every((word) => words.includes(word));
  const meant = isOfConnector && text.length <= lengthMax ? (statuses.get(letters(text)) ?? []) : [];
  return meant.find((word) => words.includes(word)) ?? meant.at(-1);
}

/** The word by which a station says nothing in an enumeration, if there is one: it may as well have left it out. */
export function wordForNothing(words: readonly string[], name: string): string | undefined {
  if (words.includes('NoError')) return 'NoError';
  return words.includes('Unknown') && !/status(enumtype)?$/i.test(name) ? 'Unknown' : undefined;
}

const spellings = new WeakMap<readonly string[], ReadonlyMap<string, string>>();

/** The words of an enumeration by their letters; of two that have the same, the first. */
function byLetters(words: readonly string[]): ReadonlyMap<string, string> {
  const known = spellings.get(words);
  if (known) return known;
  const made = new Map(words.toReversed().map((word) => [letters(word), word]));
  spellings.set(words, made);
  return made;
}

/** Without what only parts a word; every other sign may be what makes it another one (`µWh`, `Wh/100`, `-A`). */
function letters(word: string): string {
  return word.toLowerCase().replace(parting, '');
}
