import type { Terminal } from './command.js';

const CELL_MAX = 60;

/** Writes rows for people, or as JSON for programs. */
export function writeRows(
  rows: readonly Readonly<Record<string, unknown>>[],
  columns: readonly string[],
  { out }: Pick<Terminal, 'out'>,
  json = false,
): void {
  if (json) return out(`${JSON.stringify(rows, null, 2)}\n`);
  if (rows.length === 0) return out('None.\n');
  const cells = rows.map((row) => columns.map((column) => textOf(row[column])));
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  for (const row of [columns, ...cells])
    out(
      `${row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
}

export function writeJson(value: unknown, { out }: Pick<Terminal, 'out'>): void {
  out(`${JSON.stringify(value, null, 2)}\n`);
}

/** On one line: what a station or a partner said may hold line breaks and control characters. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '-';
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\p{Cc}+/gu, ' ');
  return text.length > CELL_MAX ? `${text.slice(0, CELL_MAX - 1)}…` : text;
}
