/** Without the characters that XML 1.0 has no way to write. */
export function writable(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is taken out
  return text.toWellFormed().replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
}
