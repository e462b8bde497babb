import { QUIET_MODULES, qrModules } from './qr-svg.js';

/** A code in a PDF, with its quiet zone. */
export function drawCode(
  pdf: PDFKit.PDFDocument,
  text: string,
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
): void {
  const modules = qrModules(text);
  const size = width / (modules.length + 2 * QUIET_MODULES);
  for (const [row, cells] of modules.entries())
    for (const [column, isDark] of cells.entries())
      if (isDark) pdf.rect(x + (column + QUIET_MODULES) * size, y + (row + QUIET_MODULES) * size, size, size);
  pdf.fill('#000');
}
