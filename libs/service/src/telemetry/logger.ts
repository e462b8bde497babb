import { isSpanContextValid, trace } from '@opentelemetry/api';
import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, destination as fileDescriptor, pino } from 'pino';
import { withoutSecretTexts, withoutSecrets } from './secrets.js';

const STDOUT = 1;

/** Shorter ones would hide ordinary words. */
const SHORTEST_SECRET = 8;

export interface LoggerOptions {
  readonly level: string;
  /** Added to every line. */
  readonly base: Readonly<Record<string, unknown>>;
  /** Values that must not be seen wherever they stand. */
  readonly secrets: readonly string[];
  readonly destination?: DestinationStream | undefined;
}

/** One JSON object per line, without secrets: neither as members, nor inside of texts. */
export function createLogger({ level, base, secrets, destination = fileDescriptor(STDOUT) }: LoggerOptions): Logger {
  const hidden = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  return pino(
    {
      level,
      base,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (line) => withoutSecrets(line) as Record<string, unknown>,
      },
      serializers: { err: describeError },
      mixin: runningTrace,
    },
    { write: (line) => destination.write(withoutSecretTexts(line, hidden)) },
  );
}

/** Only what says where it failed: drivers hang statements' parameters on their errors. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    type: name,
    message,
    stack,
    ...(typeof code === 'string' ? { code } : {}),
    ...(cause instanceof Error ? { cause: `${cause.name}: ${cause.message}` } : {}),
  };
}

function runningTrace(): object {
  const running = trace.getActiveSpan()?.spanContext();
  return running && isSpanContextValid(running) ? { traceId: running.traceId } : {};
}

/** Nest's own words, in the same form. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  // Nest tells of every route and module that it found: nothing for ordinary days.
  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(said(rest), String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    if (message instanceof Error) this.logger.error({ err: message, ...said(rest) }, message.message);
    else this.logger.error({ ...said(rest), ...(rest.length > 1 ? { stack: rest[0] } : {}) }, String(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal(said(rest), String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(said(rest), String(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(said(rest), String(message));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.trace(said(rest), String(message));
  }
}

/** Nest puts the name of who speaks last. */
function said(rest: readonly unknown[]): object {
  const context = rest.at(-1);
  return typeof context === 'string' ? { context } : {};
}
