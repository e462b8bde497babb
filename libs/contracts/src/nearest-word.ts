/** Longer texts are no misspelt words; comparing them would take long. */
const WORD_CHARS_MAX = 40;

/** Names that people use, as `spelled` makes them, and the word of a standard that is meant. */
const ALIASES: Readonly<Record<string, string>> = {
  TYPE1: 'IEC_62196_T1',
  J1772: 'IEC_62196_T1',
  SAEJ1772: 'IEC_62196_T1',
  TYPE2: 'IEC_62196_T2',
  MENNEKES: 'IEC_62196_T2',
  TYPE3A: 'IEC_62196_T3A',
  TYPE3C: 'IEC_62196_T3C',
  CCS: 'IEC_62196_T2_COMBO',
  CCS1: 'IEC_62196_T1_COMBO',
  CCS2: 'IEC_62196_T2_COMBO',
  COMBO1: 'IEC_62196_T1_COMBO',
  COMBO2: 'IEC_62196_T2_COMBO',
  TYPE1COMBO: 'IEC_62196_T1_COMBO',
  TYPE2COMBO: 'IEC_62196_T2_COMBO',
  NACS: 'SAE_J3400',
  SCHUKO: 'DOMESTIC_F',
  TESLA: 'TESLA_S',
  MEGAWATT: 'MCS',
  AC: 'AC_3_PHASE',
  AC1: 'AC_1_PHASE',
  AC3: 'AC_3_PHASE',
  TETHERED: 'CABLE',
  PLUG: 'CABLE',
};

/** The word of a list that is most likely meant by another one; undefined where that would be a guess. */
export function nearestWord(word: string, words: readonly string[]): string | undefined {
  if (word.length > WORD_CHARS_MAX) return undefined;
  const given = spelled(word);
  const alias = ALIASES[given];
  if (alias !== undefined && words.includes(alias)) return alias;
  const distances = words.map((candidate) => ({ candidate, distance: distanceOf(given, spelled(candidate)) }));
  const [nearest, next] = distances.sort((a, b) => a.distance - b.distance);
  if (!nearest || nearest.distance > Math.floor(given.length / 3) || nearest.distance === next?.distance)
    return undefined;
  return nearest.candidate;
}

/** Without case and punctuation. */
function spelled(word: string): string {
  return word.toUpperCase().replace(/[^A-Z0-9]/g, '');
}

/** Letters to add, drop, change or swap with their neighbour (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  let [before, last]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        change,
        swapped ? at(before, column - 2) + 1 : Infinity,
      );
    }
    [before, last] = [last, current];
  }
  return at(last, b.length);
}

function at(distances: readonly number[] | undefined, column: number): number {
  return distances?.[column] ?? 0;
}
