/** A retryable error: its cause lies in the environment, so the same request may succeed later. */
export abstract class TransientFault extends Error {}

/** The connection was lost or refused. The transaction was rolled back, or committed just before. */
export class ConnectionLost extends TransientFault {
  override readonly name = 'ConnectionLost';

  constructor(cause: unknown) {
    super(`the connection to PostgreSQL was lost: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** An optimistic lock failed: the row was changed since it was read. */
export class LostRace extends TransientFault {
  override readonly name = 'LostRace';

  constructor(what: string) {
    super(`${what} was changed by somebody else meanwhile`);
  }
}

/**
 * Retryable conditions of PostgreSQL, by class (Appendix A of its manual): connection, resources, operator
 * intervention, system.
 */
const TRANSIENT_CLASSES = new Set(['08', '53', '57', '58']);
/** Serialization, deadlock, lock time-out, idle and transaction time-outs, and a standby that is not a primary yet. */
const TRANSIENT_CODES = new Set(['40001', '40003', '40P01', '55P03', '25P03', '25P04', '25006']);
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_STREAM_DESTROYED',
  'ERR_SOCKET_CLOSED',
]);
/** What pg 8 and pg-pool 3 say without a code; as a whole, for an error may quote what a station said. */
const DRIVER = new RegExp(
  `^(${[
    'Connection terminated( unexpectedly| due to connection timeout)?',
    'timeout expired',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client (was closed|has encountered a connection error) and is not queryable',
    'Cannot use a pool after calling end on the pool',
    'There was an error establishing an SSL connection',
    'Received unexpected \\w+ message from backend\\.',
    'Driver not Connected',
  ].join('|')})$`,
);
/** TypeORM 1: a runner lets go of its connection as soon as that is lost; a closed pool is a process that ends. */
const TYPEORM = new Set(['QueryRunnerAlreadyReleasedError', 'CannotExecuteNotConnectedError']);

/**
 * Whether trying the same again later may succeed: the database or the log was away, or somebody else was in the way.
 * The one place where that is decided, for everything that TypeORM, pg, its pool and Node throw.
 */
export function isTransient(error: unknown): boolean {
  return causeChain(error).some(
    (link) =>
      link instanceof TransientFault ||
      TYPEORM.has(link.name) ||
      DRIVER.test(link.message) ||
      NETWORK.has(codeOf(link)) ||
      TRANSIENT_CODES.has(codeOf(link)) ||
      isOfClass(codeOf(link)),
  );
}

/** Whether a statement was ended because it took too long, which it may do again however often it is tried. */
export function isStatementTimeout(error: unknown): boolean {
  return causeChain(error).some((link) => codeOf(link) === '57014');
}

/** Whether a statement did not get a lock in time. */
export function isLockTimeout(error: unknown): boolean {
  return causeChain(error).some((link) => codeOf(link) === '55P03');
}

function isOfClass(code: string): boolean {
  return code.length === 5 && TRANSIENT_CLASSES.has(code.slice(0, 2));
}

/** An error on a connection that is lost is that loss, for nothing that follows it means what it says. */
export function blame(connection: { readonly lost: boolean }, error: unknown): unknown {
  return connection.lost && !isTransient(error) ? new ConnectionLost(error) : error;
}

function codeOf({ code }: ErrorLink): string {
  return typeof code === 'string' ? code : '';
}

/** What is looked at of an error; not every one of Node's own is an `Error` of this realm. */
export interface ErrorLink {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly cause?: unknown;
  /** Node has several causes when it tried several addresses. */
  readonly errors?: readonly unknown[];
}

function isLink(error: unknown): error is ErrorLink {
  return typeof error === 'object' && error !== null && 'name' in error && 'message' in error;
}

/** An error with all that it was caused by, the members of an `AggregateError` included. */
export function causeChain(error: unknown, seen: ReadonlySet<unknown> = new Set()): ErrorLink[] {
  if (!isLink(error) || seen.has(error)) return [];
  const known = new Set([...seen, error]);
  const causes = Array.isArray(error.errors) ? (error.errors as unknown[]) : [];
  return [error, ...[error.cause, ...causes].flatMap((cause) => causeChain(cause, known))];
}
