import { createHash } from 'node:crypto';

/** Each is a plan in the memory of each connection that uses it. The services have some eighty, with their variants. */
const STATEMENTS_MAX = 300;

/** Names of prepared statements by their text. A text beyond the bound gets none, and is planned each time. */
export class StatementNames {
  private readonly names = new Map<string, string>();

  constructor(private readonly max = STATEMENTS_MAX) {}

  /** As node-postgres wants it. */
  named(sql: string): { name?: string } {
    const known = this.names.get(sql);
    if (known !== undefined) return { name: known };
    if (this.names.size >= this.max) return {};
    const name = createHash('sha256').update(sql).digest('base64url').slice(0, 22);
    this.names.set(sql, name);
    return { name };
  }
}

/** Of this process; a name means the same in every other, which a pooler may lend the same connection. */
export const statementNames = new StatementNames();
