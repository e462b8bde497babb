import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { ConnectionLost, type Database, type Transaction, isTransient } from '@chargemesh/persistence';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { membersOf, problemOf } from '../http/problem.filter.js';
import { Problem, problem } from '../problem.js';
import type { BulkStatus } from './bulk.schema.js';
import { type JsonLine, jsonLines } from './json-lines.js';
import { type Place, Places } from './places.js';

export const JSON_LINES = 'application/x-ndjson';
export const BULK_LINES = 10_000;
export const BULK_BYTES = 16_000_000;
/** Rows of a transaction: more subtransactions than 64 are no longer kept in shared memory, and everybody looks them up. */
const BATCH_ROWS = 50;
/** Requests that a process works on; each holds a connection of the pool and up to `BULK_BYTES`. */
const AT_A_TIME = 2;
/** Who reads nothing of the answer for so long is cut off. */
const READ_WITHIN_MS = 30_000;
/** A deadlock, for example, with a single request. */
const TRIES = 3;

/** What came of a row that was not refused, and what is shown of it this once. */
export interface Outcome {
  readonly status: Exclude<BulkStatus, 'refused'>;
  readonly shown?: Readonly<Record<string, unknown>>;
}

/** What came of a `PUT`, by itself or in bulk. */
export interface Put<View> extends Outcome {
  readonly view: View;
}

/** A row that is told from others, and how it is put into a transaction. Throws a `Problem` to refuse it. */
export interface BulkRow {
  readonly id: string;
  /** Advisory locks that `put` takes; those of a batch are taken first, in one order for everybody. */
  readonly locks: readonly string[];
  put(tx: Transaction): Promise<Outcome>;
}

export interface BulkWork {
  /** What the rows are; of one kind and operator, one batch is put at a time. */
  readonly kind: string;
  readonly database: Database;
  readonly operatorId: string;
  readonly dryRun: boolean;
  /** Reads whose row it is; throws a `Problem` when that cannot be read. */
  rowOf(value: unknown): BulkRow;
}

interface Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly body: AsyncIterable<Uint8Array>;
}

/** A line of the answer. */
type Result = { line: number; id?: string; status: BulkStatus; problem?: object };
type Counts = Record<BulkStatus, number>;

/** Undoes a batch that was only tried. */
class DryRun extends Error {}

/**
 * Puts the rows of a body of JSON lines, in their order and a batch in a transaction, and answers a line for each. Who is
 * cut off has whole batches done, and may send everything again. One for the services of a process.
 */
export class Bulk {
  private readonly places = new Places(AT_A_TIME);

  /** @param lineBytes of the longest line */
  constructor(
    private readonly logger: Logger,
    private readonly lineBytes: number,
  ) {}

  async answer(request: Request, response: Response, work: BulkWork): Promise<void> {
    demandBounded(request);
    const place = this.places.take(work.operatorId);
    try {
      await this.work(request, response, work, place);
    } finally {
      place.leave();
    }
  }

  private async work(request: Request, response: Response, work: BulkWork, place: Place): Promise<void> {
    const counts: Counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };
    let stopped: Problem | undefined;
    try {
      await this.batches({ request, response, body: arriving(request, place.wantedBack) }, work, counts);
    } catch (error) {
      if (isGone(request, response)) return;
      if (!response.headersSent) throw error;
      stopped = this.told(error, request);
    }
    const end = stopped ? { end: 'stopped', ...counts, problem: membersOf(stopped) } : { end: 'complete', ...counts };
    await write(response, [end]);
    response.end();
  }

  private async batches({ request, response, body }: Exchange, work: BulkWork, counts: Counts): Promise<void> {
    const lines = jsonLines(body, { lines: BULK_LINES, bytes: BULK_BYTES, lineBytes: this.lineBytes });
    for await (const batch of batchesOf(lines)) {
      if (isGone(request, response)) return;
      const results = await this.batch(batch, work, request);
      for (const { status } of results) counts[status] += 1;
      await write(response, results);
    }
  }

  private async batch(lines: readonly JsonLine[], work: BulkWork, request: Request): Promise<Result[]> {
    for (let tries = 1; ; tries += 1)
      try {
        return await this.once(lines, work, request);
      } catch (error) {
        // Whether the commit came before the loss is unknown: a password that was made would be lost.
        if (tries >= TRIES || !isTransient(error) || error instanceof ConnectionLost) throw error;
      }
  }

  /** Mostly nothing is refused: only a batch in which something is takes a savepoint for each row. */
  private async once(lines: readonly JsonLine[], work: BulkWork, request: Request): Promise<Result[]> {
    try {
      return await inTransaction(lines, work, put);
    } catch (error) {
      if (isTransient(error)) throw error;
      return inTransaction(lines, work, (tx, row) => this.putOrRefuse(tx, row, request));
    }
  }

  private async putOrRefuse(tx: Transaction, row: LineRow, request: Request): Promise<Result> {
    try {
      return await tx.attempt(() => put(tx, row));
    } catch (error) {
      if (isTransient(error)) throw error;
      return { ...refusal(row.line, this.told(error, request)), id: row.id };
    }
  }

  private told(error: unknown, request: Request): Problem {
    const told = problemOf(error, request);
    if (told.status >= 500) this.logger.error({ err: error, path: request.path }, 'a part of a bulk failed');
    return told;
  }
}

async function inTransaction(
  lines: readonly JsonLine[],
  work: BulkWork,
  putRow: (tx: Transaction, row: LineRow) => Promise<Result>,
): Promise<Result[]> {
  const { database, kind, operatorId, dryRun } = work;
  const rows = lines.map((line) => rowOf(line, work));
  const results: Result[] = [];
  const putAll = async (tx: Transaction): Promise<void> => {
    // Two that put the same things in different orders would wait for each other.
    await tx.lock([`bulk:${operatorId}/${kind}`, ...rows.flatMap((row) => ('refused' in row ? [] : row.locks))]);
    for (const row of rows) results.push('refused' in row ? refusal(row.line, row.refused) : await putRow(tx, row));
    if (dryRun) throw new DryRun();
  };
  await database.transaction([operatorId], putAll).catch((error: unknown) => {
    if (!(error instanceof DryRun)) throw error;
  });
  return dryRun ? results.map(withoutShown) : results;
}

async function put(tx: Transaction, row: LineRow): Promise<Result> {
  const { status, shown } = await row.put(tx);
  return { line: row.line, id: row.id, status, ...shown };
}

/** What would be shown this once is not so after a dry run. */
function withoutShown({ line, id, status, problem: refused }: Result): Result {
  return { line, status, ...(id === undefined ? {} : { id }), ...(refused ? { problem: refused } : {}) };
}

type LineRow = BulkRow & { readonly line: number };

function rowOf(read: JsonLine, work: BulkWork): LineRow | { line: number; refused: Problem } {
  if ('refused' in read) return read;
  const { line, value } = read;
  try {
    return { line, ...work.rowOf(value) };
  } catch (error) {
    if (error instanceof Problem) return { line, refused: error };
    throw error;
  }
}

function refusal(line: number, refused: Problem): Result {
  return { line, status: 'refused', problem: membersOf(refused) };
}

/** Resolves when there is room for more: meanwhile the body arrives all the same, for who reads once all is sent. */
async function write(response: Response, lines: readonly object[]): Promise<void> {
  if (!response.headersSent) response.status(200).setHeader('content-type', JSON_LINES);
  if (response.write(lines.map((line) => `${JSON.stringify(line)}\n`).join('')) || response.destroyed) return;
  const signal = AbortSignal.timeout(READ_WITHIN_MS);
  const room = Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  await room.catch(() => response.destroy());
}

function isGone(request: Request, response: Response): boolean {
  return response.destroyed || request.errored !== null;
}

function demandBounded({ headers }: Request): void {
  if (Number(headers['content-length'] ?? 0) > BULK_BYTES)
    throw problem('payload-too-large', {
      detail: `Send at most ${BULK_BYTES} bytes and ${BULK_LINES} lines at a time.`,
    });
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw problem('unsupported-media-type', { detail: 'Send it without a Content-Encoding.' });
}

/**
 * The body as it arrives, kept until it is worked on: the server's time for a request is for sending it. It ends with the
 * reason of the signal. What nobody reads any more is dropped: without its request, the answer would not arrive.
 */
function arriving(request: Request, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const kept = new PassThrough({ highWaterMark: BULK_BYTES });
  // What fails is seen by who reads.
  kept.on('error', () => undefined);
  kept.once('close', () => request.resume());
  request.once('error', (error) => kept.destroy(error));
  signal.addEventListener('abort', () => kept.destroy(signal.reason as Problem), { once: true });
  return request.pipe(kept);
}

async function* batchesOf(lines: AsyncIterable<JsonLine>): AsyncGenerator<JsonLine[]> {
  let batch: JsonLine[] = [];
  for await (const line of lines) {
    batch.push(line);
    if (batch.length < BATCH_ROWS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
