import { isSpanContextValid, trace } from '@opentelemetry/api';
import type { LoggerService } from '@nestjs/common';
import {
  type DestinationStream,
  type Logger,
  type LoggerOptions as LoggerOptionsOfPino,
  destination as fileDescriptor,
  pino,
} from 'pino';
import { type Resource, outageOf } from '../health/outage-of.js';
import { withoutSecretTexts, withoutSecrets } from './secrets.js';

const STDOUT = 1;
/** pino's number for it. */
const WARN = 40;

type LogHook = NonNullable<NonNullable<LoggerOptionsOfPino['hooks']>['logMethod']>;

/** Shorter ones would hide ordinary words. */
const SHORTEST_SECRET = 8;

export interface LoggerOptions {
  readonly level: string;
  /** Added to every line. */
  readonly base: Readonly<Record<string, unknown>>;
  /** Values that must not be seen wherever they stand. */
  readonly secrets: readonly string[];
  readonly destination?: DestinationStream | undefined;
  /** Is told of every error that is a part of an outage; its line is for debugging then. */
  readonly outage?: ((resource: Resource, error: unknown) => void) | undefined;
}

/** One JSON object per line, without secrets: neither as members, nor inside of texts. */
export function createLogger(options: LoggerOptions): Logger {
  const { level, base, secrets, destination = fileDescriptor(STDOUT), outage } = options;
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
      hooks: { logMethod: outage ? joinedBy(outage) : undefined },
    },
    { write: (line) => destination.write(withoutSecretTexts(line, hidden)) },
  );
}

/** The one place where the many lines of an outage become one: whoever meets it logs as ever. */
function joinedBy(outage: NonNullable<LoggerOptions['outage']>): LogHook {
  return function logMethod(args, method, level) {
    const { err } = (args[0] ?? {}) as { err?: unknown };
    const resource = level >= WARN && err !== undefined ? outageOf(err) : undefined;
    if (resource === undefined) return method.apply(this, args);
    outage(resource, err);
    this.debug(...args);
  };
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
