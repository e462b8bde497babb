import PDFDocument from 'pdfkit';
import { Texts } from '../checkout/languages/texts.js';
import { evseName } from '../checkout/pages/evse.page.js';
import { A4, BOLD, REGULAR, bytesOf } from '../pdf/pdf.js';
import type { EvseAtPlace } from '../projections/places.store.js';
import { drawCode } from './qr-drawing.js';

interface Label {
  readonly evse: EvseAtPlace;
  readonly url: string;
}

const [COLUMNS, ROWS, MARGIN, GAP] = [2, 4, 28, 10];
const WIDTH = (A4.width - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS;
const HEIGHT = (A4.height - 2 * MARGIN - (ROWS - 1) * GAP) / ROWS;
const PADDING = 10;
/** Where labels are in a language beside English whose sentences somebody has reviewed. */
const GERMAN_SPOKEN: ReadonlySet<string> = new Set(['DEU', 'AUT', 'CHE', 'LIE', 'LUX']);
/** About 4 cm, to be read from an arm's length. */
const CODE = 118;

/** Labels to cut out, eight a sheet: the code, and the EVSE and its address in words, for drivers to compare. */
export function labelSheet(labels: readonly Label[], operatorName: string): Promise<Buffer> {
  const pdf = new PDFDocument({ size: 'A4', margin: 0, autoFirstPage: labels.length === 0, info: { Title: 'Labels' } });
  for (const [index, label] of labels.entries()) {
    const place = index % (COLUMNS * ROWS);
    if (place === 0) pdf.addPage();
    const x = MARGIN + (place % COLUMNS) * (WIDTH + GAP);
    const y = MARGIN + Math.floor(place / COLUMNS) * (HEIGHT + GAP);
    drawLabel(pdf, label, { x, y, operatorName });
  }
  return bytesOf(pdf);
}

/** What is said in words: what to compare with the browser, and that nobody has to let their car be recognised, locally and in English. */
export function labelWords({ evse, url }: Label): { readonly host: string; readonly declining: readonly string[] } {
  const languages = GERMAN_SPOKEN.has(evse.place?.country ?? '') ? (['de', 'en'] as const) : (['en'] as const);
  const declining = languages.map((language) => new Texts(language).sentence('declineAutomatic').text);
  return { host: new URL(url).host, declining };
}

function drawLabel(
  pdf: PDFKit.PDFDocument,
  { evse, url }: Label,
  { x, y, operatorName }: { readonly x: number; readonly y: number; readonly operatorName: string },
): void {
  pdf.lineWidth(0.5).strokeColor('#999').rect(x, y, WIDTH, HEIGHT).dash(3, { space: 3 }).stroke().undash();
  drawCode(pdf, url, { x: x + PADDING, y: y + PADDING, width: CODE });
  const text = { width: WIDTH - CODE - 3 * PADDING, height: 13, ellipsis: true };
  const { host, declining } = labelWords({ evse, url });
  const left = x + CODE + 2 * PADDING;
  pdf
    .fillColor('#000')
    .font(BOLD, 11)
    .text(operatorName, left, y + PADDING + 4, { ...text, height: 30 });
  pdf
    .moveDown(0.4)
    .font(REGULAR, 9)
    .text(evse.place?.name ?? '', text);
  if (evse.place?.helpPhone !== undefined) pdf.moveDown(0.4).font(BOLD, 10).text(evse.place.helpPhone, text);
  pdf.font(REGULAR, 6.5).text(declining.join('\n'), left, y + PADDING + 74, { ...text, height: 55 });
  const below = { width: WIDTH - 2 * PADDING };
  pdf
    .font(BOLD, 15)
    .text(evseName(evse), x + PADDING, y + PADDING + CODE + 12, { ...below, height: 20, ellipsis: true });
  // Large, for drivers to compare with their browser.
  pdf.font(BOLD, 12).text(host, { ...below, height: 17, ellipsis: true });
  pdf.font(REGULAR, 7).text(url, { ...below, height: 10, ellipsis: true });
}
