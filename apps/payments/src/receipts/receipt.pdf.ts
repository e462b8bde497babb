import PDFDocument from 'pdfkit';
import { LANGUAGES, type LanguageCode } from '../checkout/languages/languages.js';
import { A4, BOLD, REGULAR, bytesOf } from '../pdf/pdf.js';
import type { ReceiptDocument } from './receipt.document.js';
import { type WrittenReceipt, writtenReceipt } from './receipt.words.js';

const MARGIN = 56;
const WIDTH = A4.width - 2 * MARGIN;
const COLUMNS = [0.4, 0.2, 0.2, 0.2] as const;

/** The same as the page, for who files it: A4, a sheet for each document. */
export function receiptPdf(
  documents: readonly [ReceiptDocument, ...ReceiptDocument[]],
  language: LanguageCode,
): Promise<Buffer> {
  const [{ number, issuedAt, issuer }] = documents;
  const title = `${LANGUAGES[language].labels.receipt.receipt} ${number}`;
  const pdf = new PDFDocument({
    ...{ size: 'A4', margin: MARGIN, autoFirstPage: false, lang: language, displayTitle: true },
    info: { Title: title, Author: issuer.name, CreationDate: new Date(issuedAt) },
  });
  for (const document of documents) drawSheet(pdf, document, language);
  return bytesOf(pdf);
}

function drawSheet(pdf: PDFKit.PDFDocument, document: ReceiptDocument, language: LanguageCode): void {
  const written = writtenReceipt(document, language);
  pdf.addPage();
  pdf.font(REGULAR, 10).fillColor('#444');
  pdf.text([document.issuer.name, ...document.issuer.address].join(' · '), MARGIN, MARGIN, { width: WIDTH });
  pdf.moveDown(2).font(BOLD, 22).fillColor('#000').text(written.title).moveDown(0.7);
  drawPairs(pdf, written.facts, { valueAt: 0.4, align: 'left' });
  if (written.lines.length > 0) drawTable(pdf, written);
  drawRule(pdf);
  drawPairs(pdf, written.sums, { valueAt: 0.6, align: 'right' });
}

function drawPairs(
  pdf: PDFKit.PDFDocument,
  pairs: WrittenReceipt['facts'],
  { valueAt, align }: { readonly valueAt: number; readonly align: 'left' | 'right' },
): void {
  pdf.fontSize(10);
  const left = align === 'left' ? 0 : WIDTH * 0.3;
  for (const [index, [name, value]] of pairs.entries()) {
    const isLast = align === 'right' && index === pairs.length - 1;
    const y = pdf.y;
    pdf.font(isLast ? BOLD : REGULAR).fillColor(align === 'left' ? '#444' : '#000');
    pdf.text(name, MARGIN + left, y, { width: WIDTH * valueAt - (align === 'left' ? 12 : 0) });
    const below = pdf.y;
    pdf.fillColor('#000').text(value, MARGIN + WIDTH * (align === 'left' ? valueAt : 0.75), y, {
      ...{ width: WIDTH * (align === 'left' ? 1 - valueAt : 0.25), align },
    });
    pdf.y = Math.max(below, pdf.y) + 3;
  }
}

function drawTable(pdf: PDFKit.PDFDocument, { columns, lines }: WrittenReceipt): void {
  drawRule(pdf);
  drawRow(pdf, columns, BOLD);
  for (const line of lines) drawRow(pdf, line, REGULAR);
}

function drawRow(pdf: PDFKit.PDFDocument, cells: readonly string[], face: string): void {
  const y = pdf.y;
  let [x, bottom] = [MARGIN, y];
  pdf.font(face, 10).fillColor('#000');
  for (const [index, cell] of cells.entries()) {
    const width = WIDTH * (COLUMNS[index] ?? 0);
    pdf.text(cell, x, y, { width: width - 6, align: index === 0 ? 'left' : 'right' });
    bottom = Math.max(bottom, pdf.y);
    x += width;
  }
  pdf.y = bottom + 4;
}

function drawRule(pdf: PDFKit.PDFDocument): void {
  pdf.moveDown(0.6).strokeColor('#999').lineWidth(0.7);
  pdf
    .moveTo(MARGIN, pdf.y)
    .lineTo(MARGIN + WIDTH, pdf.y)
    .stroke()
    .moveDown(0.6);
}
