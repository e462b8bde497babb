/** Bytes in hexadecimal digits of any case, in groups or not; undefined when the text is something else. */
export function fromHex(text: string): Buffer | undefined {
  const digits = text.replaceAll(/[\s:-]/g, '').replace(/^0x/i, '');
  if (digits.length === 0 || digits.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(digits)) return undefined;
  return Buffer.from(digits, 'hex');
}

/** Bytes written as base64, of either alphabet, with or without padding; undefined when the text is something else. */
export function fromBase64(text: string): Buffer | undefined {
  const letters = text.replaceAll(/\s/g, '');
  if (letters.length === 0 || !/^[a-z0-9+/_-]+={0,2}$/i.test(letters)) return undefined;
  return Buffer.from(letters, 'base64');
}

/** Text of bytes that should be UTF-8; older meters write Latin-1, which any bytes can be read as. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}
