const NUL = 0;
const BLANK = 0x20;
const DELETE = 0x7f;
/** Line breaks and tabs are text. */
const CONTROL = /(?![\t\n\r])\p{Cc}/gu;
const REPLACEMENT = '\uFFFD';

/**
 * Whether the JSON of a message may hold a text that is to be mended; a quick look that spares most messages the walk.
 * Below DEL, what is to be mended comes as an escape or is a blank before a quote. An expression would cost as much as
 * all else of the reading of a frame.
 */
export function maybeUnstorable(json: string): boolean {
  return json.includes('\\') || json.includes(' "') || json.includes('\u007f') || !isAscii(json);
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

/**
 * A payload whose texts can be stored and compared: NULs and blanks at the end of a text are cut (buffers of C programs,
 * padded cards), other control characters and halves of surrogate pairs become U+FFFD. Signed meter data stays as it is,
 * since its signature covers every byte. The same value where nothing is to be mended.
 */
export function storable<T>(value: T): T {
  return mended(value) as T;
}

/** A text as `storable` leaves it. */
export function storableText(text: string): string {
  if (isPlain(text)) return text;
  const cut = withoutTail(text, isNothing);
  return cut.replace(CONTROL, REPLACEMENT).toWellFormed();
}

/** Whether a text has nothing but the visible characters of ASCII, as nearly every id: a look that costs next to nothing. */
function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char <= BLANK || char >= DELETE) return false;
  }
  return true;
}

/** Whether a mended text held what no text of its kind may hold: no card and no app has such characters in its token. */
export function wasUnstorable(text: string): boolean {
  return text.includes(REPLACEMENT) || /\p{Cc}/u.test(text);
}

function mended(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? mendedList(value) : mendedObject(value as Record<string, unknown>);
}

function mendedList(list: readonly unknown[]): readonly unknown[] {
  const items = list.map(mended);
  return items.every((item, index) => item === list[index]) ? list : items;
}

function mendedObject(object: Record<string, unknown>): Record<string, unknown> {
  let changed = false;
  const entries = Object.entries(object).map(([key, value]): [string, unknown] => {
    const name = storableText(key);
    const item = isSigned(object, key) ? value : mended(value);
    changed ||= name !== key || item !== value;
    return [name, item];
  });
  return changed ? Object.fromEntries(entries) : object;
}

/** OCPP 2.x SignedMeterValueType.signedMeterData; in 1.6 the value of a SampledValue of the format SignedData. */
function isSigned(object: Record<string, unknown>, key: string): boolean {
  return key === 'signedMeterData' || (key === 'value' && object['format'] === 'SignedData');
}

/** Without such characters at the end; a loop, since an expression would look at every run of them in between. */
export function withoutTail(text: string, isCut: (char: string) => boolean): string {
  let end = text.length;
  while (end > 0 && isCut(text[end - 1] as string)) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** Whether a character is what a station reads past its buffer, or what became of that when it was made storable. */
export function isPadding(char: string): boolean {
  return isNothing(char) || char === REPLACEMENT || /\p{Cc}/u.test(char);
}

function isNothing(char: string): boolean {
  return char.charCodeAt(0) === NUL || char.trim() === '';
}
