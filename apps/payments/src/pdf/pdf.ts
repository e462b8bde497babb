import { createRequire } from 'node:module';
import { type Font, openSync } from 'fontkit';

const require = createRequire(import.meta.url);

/** Have the letters of all languages of Europe, which the fonts of PDF itself have not. */
export const REGULAR = require.resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf');
export const BOLD = require.resolve('@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf');

const letters = openSync(REGULAR) as Font;

/** With what the fonts have no sign for as a question mark: an archive's PDF may not show the empty box. */
export function inFont(text: string): string {
  return [...text]
    .map((sign) => {
      if (sign === '\n' || letters.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0)) return sign;
      return /\s/u.test(sign) ? ' ' : '?';
    })
    .join('');
}

export const A4 = { width: 595.28, height: 841.89 } as const;

export function bytesOf(pdf: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((done, failed) => {
    const parts: Buffer[] = [];
    pdf.on('data', (part: Buffer) => parts.push(part));
    pdf.on('end', () => done(Buffer.concat(parts)));
    pdf.on('error', failed);
    pdf.end();
  });
}
