import { en } from './en.js';
import type { OwnTexts } from './texts.js';

/** Of receipts the law says what is on them, and their words are ours. */
const { receipt: _receipt, ...labels } = en.labels;
const KNOWN: ReadonlyMap<string, string> = new Map([
  ...textsIn(labels, 'labels'),
  ...textsIn(en.sentences, 'sentences'),
]);

/** Every text that operators may say in their own words, as English has it. */
export function knownTexts(): ReadonlyMap<string, string> {
  return KNOWN;
}

/** What is wrong with an operator's texts, if anything is. */
export function faultOf(texts: OwnTexts): string | undefined {
  for (const [key, text] of Object.entries(texts)) {
    const known = KNOWN.get(key);
    if (known === undefined) return `no text is called ${key}`;
    if (/[<>\p{Cc}]/u.test(text)) return `${key} is not plain text`;
    const [has, needs] = [valuesIn(text), valuesIn(known)];
    if (has !== needs) return `${key} has to have these values and no others: ${needs || 'none'}`;
  }
  return undefined;
}

function valuesIn(text: string): string {
  return [...new Set(text.match(/\{\w+\}/g))].sort().join(' ');
}

function textsIn(texts: object, prefix: string): [string, string][] {
  return Object.entries(texts).flatMap(([name, text]: [string, unknown]) => {
    const key = `${prefix}.${name}`;
    if (typeof text === 'string') return [[key, text]];
    return typeof text === 'object' && text !== null ? textsIn(text, key) : [];
  });
}
