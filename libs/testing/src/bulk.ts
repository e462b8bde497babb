/** What came of a row, or of all of them in the last line. */
export interface BulkLine {
  readonly line?: number;
  readonly id?: string;
  readonly status?: string;
  readonly password?: string;
  readonly problem?: { readonly code: string; readonly [member: string]: unknown };
  readonly end?: string;
}

/** Sends rows in bulk, or a text as it is, and reads the lines of the answer. */
export async function askBulk(url: string, credential: string, rows: readonly unknown[] | string) {
  const body = typeof rows === 'string' ? rows : rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const headers = { authorization: `Bearer ${credential}`, 'content-type': 'application/x-ndjson' };
  const answer = await fetch(url, { method: 'POST', headers, body });
  const lines = (await answer.text()).split('\n').filter(Boolean);
  return { status: answer.status, lines: lines.map((line) => JSON.parse(line) as BulkLine) };
}
