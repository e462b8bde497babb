/** Escapes in JSON of what PostgreSQL's jsonb does not take; an escaped backslash before it is none. */
const UNSTORABLE = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;
const REPLACEMENT = '\uFFFD';

/** A text as PostgreSQL can keep it: every character but NUL. */
export function storableText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', REPLACEMENT) : text;
}

/** The JSON of a value as `jsonb` can keep it: without NULs and halves of surrogate pairs in its texts and names. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.includes('\\u') ? json.replace(UNSTORABLE, `$1${REPLACEMENT}`) : json;
}
