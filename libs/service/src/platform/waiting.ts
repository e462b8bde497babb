import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRetryable } from '@chargemesh/messaging';
import type { Readiness } from '../health/readiness.js';
import { binding, listen } from '../http/bind.js';
import { boundServer } from '../http/server.js';
import { problems } from '../problems/catalogue.js';

/** Between two attempts, in milliseconds. */
const AGAIN_MS = 1_000;
const SAID_EVERY_MS = 60_000;
const RETRY_AFTER_S = 5;

/** What PostgreSQL says before a service's role, database, tables and rights were made, which another process does. */
const NOT_MIGRATED_YET = new Set(['28P01', '28000', '3D000', '42P01', '42501']);

/** A database is there, but not all migrations of the service have been run in it. */
export class SchemaBehind extends Error {
  override readonly name = 'SchemaBehind';
}

export interface WaitingOptions {
  readonly port: number;
  readonly host: string;
  /** Is told what is waited for. */
  readonly readiness: Readiness;
  /** Says a sentence to whoever reads the log. */
  readonly say: (waitingFor: string, reason: string) => void;
}

/** Waits for what a process cannot start without, however long, and says so: in the log, by its readiness, on its port. */
export class Waiting {
  private readonly over = new AbortController();
  private serving: Promise<Server> | undefined;

  constructor(private readonly options: WaitingOptions) {}

  /** Tries until it works. Rejects with what will not pass, and as soon as another of these has. */
  async until<T>(name: string, attempt: () => Promise<T>): Promise<T> {
    try {
      const work = (): Promise<T> => {
        this.over.signal.throwIfAborted();
        return attempt();
      };
      const result = await untilItWorks(work, {
        isWaitedFor,
        say: (reason) => this.options.say(name, reason),
        failed: async (reason) => {
          this.options.readiness.add(name, () => Promise.reject(new Error(reason)));
          await (this.serving ??= this.serve());
        },
      });
      this.options.readiness.add(name, () => true);
      return result;
    } catch (error) {
      this.over.abort(error);
      throw error;
    }
  }

  /** Ends the answering; gives the port that it was on, or that was asked for. */
  async end(): Promise<number> {
    const server = await this.serving;
    this.serving = undefined;
    if (!server) return this.options.port;
    const { port } = server.address() as AddressInfo;
    await new Promise((closed) => {
      server.close(closed);
      server.closeAllConnections();
    });
    return port;
  }

  private async serve(): Promise<Server> {
    const { port, host } = this.options;
    const server = createServer(refuse);
    boundServer(server);
    await binding('PORT', port, () => listen(server, port, host));
    return server;
  }
}

function refuse({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const [instance] = url.split('?');
  const [status, title, detail] = problems.unavailable;
  const type = 'urn:chargemesh:problem:unavailable';
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'retry-after': String(RETRY_AFTER_S),
    connection: 'close',
  });
  response.end(JSON.stringify({ type, title, status, code: 'unavailable', detail, instance }));
}

/**
 * Tries once a second until it works, and says a sentence a minute why it does not.
 * Rejects with a fault that waiting does not mend.
 */
export async function untilItWorks<T>(
  attempt: () => Promise<T>,
  told: {
    isWaitedFor: (error: unknown) => boolean;
    say: (reason: string) => void;
    failed?: (reason: string) => Promise<void>;
  },
): Promise<T> {
  for (let saidAt = -Infinity; ; await sleep(AGAIN_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!told.isWaitedFor(error)) throw error;
      const reason = error instanceof Error && error.message !== '' ? error.message : String(error);
      await told.failed?.(reason);
      if (performance.now() - saidAt < SAID_EVERY_MS) continue;
      told.say(reason);
      saidAt = performance.now();
    }
  }
}

/** Whether it comes by itself, or another process makes it. */
function isWaitedFor(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  return error instanceof SchemaBehind || NOT_MIGRATED_YET.has(code) || isRetryable(error);
}
