import PDFDocument from 'pdfkit';
import { LANGUAGES, type LanguageCode } from '../checkout/languages/languages.js';
import { A4, BOLD, REGULAR, bytesOf, inFont } from '../pdf/pdf.js';
import { drawCode } from '../qr-codes/qr-drawing.js';
import type { ReceiptDocument } from './receipt.document.js';
import { type WrittenReceipt, writtenReceipt } from './receipt.words.js';

const MARGIN = 56;
const WIDTH = A4.width - 2 * MARGIN;
/** Of the tax authorities' code, which is long: about 4 cm. */
const CODE = 118;
const COLUMNS = [0.4, 0.2, 0.2, 0.2] as const;

/** The same as the page, for who files it: A4, from a new sheet on for each document. */
export function receiptPdf(
  documents: readonly [ReceiptDocument, ...ReceiptDocument[]],
  language: LanguageCode,
): Promise<Buffer> {
  return bytesOf(drawn(documents, language, {}));
}

/** The sheets of documents, to which more may be put before they are closed. */
export function drawn(
  documents: readonly [ReceiptDocument, ...ReceiptDocument[]],
  language: LanguageCode,
  options: PDFKit.PDFDocumentOptions,
): PDFKit.PDFDocument {
  const [{ kind, number, issuedAt }] = documents;
  const { receipt, creditNote } = LANGUAGES[language].labels.receipt;
  const title = `${kind === 'receipt' ? receipt : creditNote} ${number}`;
  const pdf = new PDFDocument({
    ...{ size: 'A4', margin: MARGIN, autoFirstPage: false, lang: language, displayTitle: true, font: REGULAR },
    // No name: the library writes these into XML as they are.
    info: { Title: title, CreationDate: new Date(issuedAt) },
    ...options,
  });
  for (const document of documents) drawSheet(pdf, document, language);
  return pdf;
}

function drawSheet(pdf: PDFKit.PDFDocument, document: ReceiptDocument, language: LanguageCode): void {
  const written = writtenReceipt(document, language);
  pdf.addPage();
  pdf.font(REGULAR, 10).fillColor('#444');
  const issuer = [document.issuer.name, ...document.issuer.address].join(' · ');
  pdf.text(inFont(issuer), MARGIN, MARGIN, { width: WIDTH });
  pdf.moveDown(2).font(BOLD, 22).fillColor('#000').text(inFont(written.title)).moveDown(0.7);
  drawPairs(pdf, written.facts, { valueAt: 0.4, align: 'left' });
  if (written.lines.length > 0) drawTable(pdf, written);
  drawRule(pdf);
  drawPairs(pdf, written.sums, { valueAt: 0.6, align: 'right' });
  if (written.code !== undefined) drawFiscalCode(pdf, written.code);
}

/** On one page, below what was drawn last. */
function drawFiscalCode(pdf: PDFKit.PDFDocument, code: string): void {
  pdf.moveDown(1);
  if (pdf.y + CODE > A4.height - MARGIN) pdf.addPage();
  drawCode(pdf, code, { x: MARGIN, y: pdf.y, width: CODE });
}

interface Cell {
  readonly text: string;
  readonly x: number;
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly color?: string;
}

/** Cells beside each other, all on one page: what does not fit into the rest of this one begins the next. */
function drawCells(pdf: PDFKit.PDFDocument, cells: readonly Cell[], gap: number): void {
  const written = cells.map((cell) => ({ ...cell, text: inFont(cell.text) }));
  const height = Math.max(...written.map(({ text, width }) => pdf.heightOfString(text, { width })));
  if (pdf.y + height > A4.height - MARGIN) pdf.addPage();
  const { y } = pdf;
  for (const { text, x, width, align, color = '#000' } of written)
    pdf.fillColor(color).text(text, x, y, { width, align });
  pdf.y = y + height + gap;
}

function drawPairs(
  pdf: PDFKit.PDFDocument,
  pairs: WrittenReceipt['facts'],
  { valueAt, align }: { readonly valueAt: number; readonly align: 'left' | 'right' },
): void {
  const isSums = align === 'right';
  for (const [index, [name, value]] of pairs.entries()) {
    pdf.font(isSums && index === pairs.length - 1 ? BOLD : REGULAR, 10);
    const left = MARGIN + (isSums ? WIDTH * 0.3 : 0);
    const nameWidth = isSums ? WIDTH * 0.42 : WIDTH * valueAt - 12;
    const valueWidth = WIDTH * (isSums ? 0.25 : 1 - valueAt);
    const cells: Cell[] = [
      { text: name, x: left, width: nameWidth, align: 'left', color: isSums ? '#000' : '#444' },
      { text: value, x: MARGIN + WIDTH - valueWidth, width: valueWidth, align },
    ];
    drawCells(pdf, cells, 3);
  }
}

function drawTable(pdf: PDFKit.PDFDocument, { columns, lines }: WrittenReceipt): void {
  drawRule(pdf);
  drawRow(pdf, columns, BOLD);
  for (const line of lines) drawRow(pdf, line, REGULAR);
}

function drawRow(pdf: PDFKit.PDFDocument, texts: readonly string[], face: string): void {
  let x = MARGIN;
  const cells = texts.map((text, index): Cell => {
    const width = WIDTH * (COLUMNS[index] ?? 0);
    const cell = { text, x, width: width - 6, align: index === 0 ? 'left' : 'right' } as const;
    x += width;
    return cell;
  });
  pdf.font(face, 10);
  drawCells(pdf, cells, 4);
}

function drawRule(pdf: PDFKit.PDFDocument): void {
  pdf.moveDown(0.6).strokeColor('#999').lineWidth(0.7);
  if (pdf.y > A4.height - MARGIN) pdf.addPage();
  pdf
    .moveTo(MARGIN, pdf.y)
    .lineTo(MARGIN + WIDTH, pdf.y)
    .stroke()
    .moveDown(0.6);
}
