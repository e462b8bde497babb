import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { Transport } from '@chargemesh/messaging';
import type { Logger } from 'pino';
import type { Readiness } from '../health/readiness.js';
import { PortInUse, binding, listen } from '../http/bind.js';
import { addressOf, boundServer } from '../http/server.js';
import type { Telemetry } from '../telemetry/telemetry.js';

export interface ManagementOptions {
  /** The first that nobody has is served at; 0 is any free one. */
  readonly ports: readonly number[];
  readonly host: string;
  readonly readiness: Readiness;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Health and metrics, on a port of their own: what lets the world in to the API does not show them. It answers from the
 * first moment of the process to the last, also while that waits for its database.
 */
export class ManagementServer {
  private readonly server: Server;
  private transport: Transport | undefined;

  constructor(private readonly options: ManagementOptions) {
    this.server = createServer((request, response) => void this.handle(request, response));
    boundServer(this.server);
  }

  /** Resolves with where it listens. */
  async listen(): Promise<string> {
    const { ports, logger } = this.options;
    await this.bind(ports);
    const url = addressOf(this.server);
    logger.info({ url }, 'health and metrics are served');
    return url;
  }

  /** From now on the process is live as long as the log's readers can help themselves. */
  watch(transport: Transport): void {
    this.transport = transport;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  /** It is tried and not looked up whether a port is free: two that begin at once would both find that it is. */
  private async bind([port = 0, ...others]: readonly number[]): Promise<void> {
    try {
      await binding('MANAGEMENT_PORT', port, () => listen(this.server, port, this.options.host));
    } catch (error) {
      if (!(error instanceof PortInUse) || others.length === 0) throw error;
      await this.bind(others);
    }
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, type, body } = await this.answer(request).catch((err: unknown) => {
      this.options.logger.error({ err, path: request.url }, 'health or metrics could not be read');
      return { status: 500, type: 'text/plain', body: 'it could not be read; the log says why\n' };
    });
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  private async answer({ method = '', url = '' }: IncomingMessage): Promise<Answer> {
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, type: 'text/plain', body: 'only GET and HEAD\n' };
    const [path] = url.split('?');
    if (path === '/health/live') return this.live();
    if (path === '/health/ready') return this.ready();
    if (path === '/metrics') return { status: 200, type: PROMETHEUS_TEXT, body: await this.options.telemetry.scrape() };
    return { status: 404, type: 'text/plain', body: 'there is /health/live, /health/ready and /metrics\n' };
  }

  private live(): Answer {
    const { live, alarms } = this.transport?.health() ?? { live: true, alarms: [] };
    return json(live, { live, alarms });
  }

  private async ready(): Promise<Answer> {
    const report = await this.options.readiness.read();
    return json(report.ready, report);
  }
}

function json(well: boolean, body: object): Answer {
  return { status: well ? 200 : 503, type: 'application/json', body: JSON.stringify(body) };
}
