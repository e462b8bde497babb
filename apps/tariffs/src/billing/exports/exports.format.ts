import type { CdrIssued, DataOf } from '@chargemesh/contracts';
import { cdrColumns, cellsOf, lineColumns } from './columns.js';
import { csvRecord } from './csv.js';

type Issued = DataOf<typeof CdrIssued>;

/** How CDRs are written one after the other. */
export interface Format {
  readonly contentType: string;
  readonly extension: string;
  readonly head: string;
  /** @param isFirst whether nothing was written of the CDRs before */
  write(cdr: Issued, isFirst: boolean): string;
  readonly tail: string;
}

const CSV = { contentType: 'text/csv; charset=utf-8; header=present', extension: 'csv', tail: '' };

const csv: Format = {
  ...CSV,
  head: csvRecord(Object.keys(cdrColumns)),
  write: (cdr) => csvRecord(cellsOf(cdrColumns, cdr)),
};

const csvOfLines: Format = {
  ...CSV,
  head: csvRecord(Object.keys(lineColumns)),
  write: (cdr) =>
    cdr.lines.map((line, index) => csvRecord(cellsOf(lineColumns, { cdr, line, place: index + 1 }))).join(''),
};

/** One array, a CDR to a row of text; the documents as they were issued. */
const json: Format = {
  contentType: 'application/json; charset=utf-8',
  extension: 'json',
  head: '[',
  write: ({ cdrId: id, ...members }, isFirst) => `${isFirst ? '' : ','}\n${JSON.stringify({ id, ...members })}`,
  tail: '\n]\n',
};

/** JSON holds the lines in any case. */
export function formatOf({ format, lines }: { format: 'csv' | 'json'; lines?: boolean | undefined }): Format {
  if (format === 'json') return json;
  return lines ? csvOfLines : csv;
}
