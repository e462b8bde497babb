import { VALUES_MAX } from './session.js';

/** A value of a transparency file: what it says, and with which key, if any, it is to be checked. */
export interface FiledValue {
  /** `OCMF` or another format of the software; absent when the file does not say. */
  readonly encoding?: string;
  readonly value: string;
  readonly publicKey?: string;
}

/** Whether the text is meant to be such a file. */
export function isTransparencyXml(text: string): boolean {
  return /^\ufeff?\s*</.test(text) && /<values[\s>]/.test(text);
}

/**
 * Reads the values of a transparency file. Only the container is read, not XML at large: no entities of its own, no
 * external files.
 * @returns undefined when there is none, or more than `verifySession` takes.
 */
export function readTransparencyXml(text: string): FiledValue[] | undefined {
  const normalized = text.replaceAll(/\r\n?/g, '\n');
  const values: FiledValue[] = [];
  for (let at = 0; ;) {
    const element = elementOf('value', normalized, at);
    if (!element) return values.length > 0 ? values : undefined;
    const value = filedValue(element.content);
    if (!value || values.length === VALUES_MAX) return undefined;
    values.push(value);
    at = element.end;
  }
}

function filedValue(content: string): FiledValue | undefined {
  const data = elementOf('signedData', content);
  if (!data) return undefined;
  const [, format] = /\sformat\s*=\s*["']([^"'<>]{1,50})["']/.exec(data.attributes) ?? [];
  const key = plainText(elementOf('publicKey', content)?.content ?? '').trim();
  return {
    ...(format !== undefined && { encoding: format }),
    value: plainText(data.content).trim(),
    ...(key !== '' && { publicKey: key }),
  };
}

interface Element {
  readonly attributes: string;
  readonly content: string;
  readonly end: number;
}

/** The first element of that name from `from` on. Searches each character once, however broken the text is. */
function elementOf(name: string, text: string, from = 0): Element | undefined {
  const opening = new RegExp(`<${name}(\\s[^<>]{0,1000})?>`, 'g');
  opening.lastIndex = from;
  const match = opening.exec(text);
  if (!match) return undefined;
  const [tag, attributes = ''] = match;
  const start = match.index + tag.length;
  const end = text.indexOf(`</${name}>`, start);
  return end < 0 ? undefined : { attributes, content: text.slice(start, end), end };
}

const [CDATA, CDATA_END] = ['<![CDATA[', ']]>'];
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** What is in CDATA stands for itself; outside it, the references are resolved. */
function plainText(content: string): string {
  const [before = '', ...sections] = content.split(CDATA);
  const plain = sections.map((section) => {
    const end = section.indexOf(CDATA_END);
    return end < 0 ? section : section.slice(0, end) + resolved(section.slice(end + CDATA_END.length));
  });
  return [resolved(before), ...plain].join('');
}

function resolved(text: string): string {
  return text.replaceAll(/&(#x?)?(\w{1,8});/gi, reference);
}

function reference(whole: string, numeric: string | undefined, name: string): string {
  if (numeric === undefined) return NAMED[name] ?? whole;
  const code = Number.parseInt(name, numeric.toLowerCase() === '#x' ? 16 : 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}
