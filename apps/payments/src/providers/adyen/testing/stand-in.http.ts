import { createHmac } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { AdyenRefusal, AdyenStandIn, type Item, type Link, type ModifyBody } from './stand-in.js';

/** What becomes of a call: it fails before or after it was made, is refused, or its answer is lost. */
export type Failure = 'before' | 'after' | 'lost' | 'refused';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly key: string | undefined;
}
interface Answer {
  readonly status: number;
  readonly body: object;
}
type Route = readonly [method: string, path: RegExp, answer: (id: string, body: unknown) => Answer];

const BROKEN: Answer = { status: 500, body: { errorCode: '901', errorType: 'internal', message: 'Something broke' } };

/** The stand-in, behind the paths of the Checkout API. */
export class AdyenServer {
  readonly asked: Asked[] = [];
  readonly url: string;
  private readonly kept = new Map<string, Answer & { readonly asked: string }>();
  private readonly failures: { path: RegExp; failure: Failure }[] = [];
  private readonly routes: readonly Route[];

  private constructor(
    private readonly server: Server,
    readonly adyen: AdyenStandIn,
    readonly apiKey: string,
  ) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.routes = routesOf(adyen);
  }

  static async start(clock: { now(): Date }, apiKey: string): Promise<AdyenServer> {
    const server = createServer((request, response) => void handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const started = new AdyenServer(server, new AdyenStandIn(clock), apiKey);
    const handle = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
      started.handle(request, response);
    return started;
  }

  /** The next call of such a path fails. */
  failNext(path: RegExp, failure: Failure): void {
    this.failures.push({ path, failure });
  }

  /** A webhook as Adyen sends it: each of its items is signed by itself. */
  static signed(items: readonly Item[], key: string): { body: string; headers: Record<string, string> } {
    const notificationItems = items.map((item) => {
      const additionalData = { ...item.additionalData, hmacSignature: signatureOf(item, key) };
      return { NotificationRequestItem: { ...item, additionalData } };
    });
    const headers = { 'content-type': 'application/json' };
    return { body: JSON.stringify({ live: 'false', notificationItems }), headers };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path } = new URL(request.url ?? '/', this.url);
    const key = request.headers['idempotency-key']?.toString();
    const asked = { method: request.method ?? 'GET', path, body: await text(request), key };
    this.asked.push(asked);
    const planned = this.failures.findIndex((one) => one.path.test(`${asked.method} ${path}`));
    const failure = planned < 0 ? undefined : this.failures.splice(planned, 1)[0]?.failure;
    const isKnown = request.headers['x-api-key'] === this.apiKey;
    const answer = isKnown ? this.answered(asked, failure) : { status: 401, body: { errorCode: '000' } };
    if (failure === 'lost') return void response.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  }

  /** What was answered to a key is answered again; what failed before it was made is not. */
  private answered(asked: Asked, failure: Failure | undefined): Answer {
    if (failure === 'before') return BROKEN;
    if (failure === 'refused') return { status: 422, body: { errorCode: '130', message: 'Refused' } };
    const { key } = asked;
    if (key !== undefined && key.length > 64) return { status: 422, body: { errorCode: '703' } };
    const known = key === undefined ? undefined : this.kept.get(key);
    if (known && known.asked !== `${asked.path} ${asked.body}`) return { status: 422, body: { errorCode: '702' } };
    const answer = known ?? this.made(asked);
    if (key !== undefined) this.kept.set(key, { ...answer, asked: `${asked.path} ${asked.body}` });
    return failure === 'after' ? BROKEN : answer;
  }

  private made(asked: Asked): Answer {
    const route = this.routes.find(([method, path]) => method === asked.method && path.test(asked.path));
    try {
      if (!route) throw new AdyenRefusal(404, '000', `no ${asked.path} here`);
      const [, path, answer] = route;
      const body: unknown = asked.body === '' ? {} : JSON.parse(asked.body);
      return structuredClone(answer(path.exec(asked.path)?.[1] ?? '', body));
    } catch (error) {
      if (!(error instanceof AdyenRefusal)) throw error;
      const { status, errorCode, message } = error;
      return { status, body: { status, errorCode, message, errorType: 'validation' } };
    }
  }
}

function signatureOf(item: Item, key: string): string {
  const { pspReference, originalReference = '', merchantAccountCode, merchantReference, amount } = item;
  const signed = [
    pspReference,
    originalReference,
    merchantAccountCode,
    merchantReference,
    amount.value,
    amount.currency,
  ];
  const data = [...signed, item.eventCode, item.success].join(':');
  return createHmac('sha256', Buffer.from(key, 'hex')).update(data).digest('base64');
}

function routesOf(adyen: AdyenStandIn): readonly Route[] {
  const received = (pspReference: string): Answer => ({ status: 201, body: { pspReference, status: 'received' } });
  const modified = (kind: 'capture' | 'refund' | 'cancel') => (id: string, body: unknown) =>
    received(adyen.modify(id, kind, body as ModifyBody));
  return [
    ['POST', /^\/v72\/paymentLinks$/, (_, body) => ({ status: 201, body: adyen.create(body as Link) })],
    ['GET', /^\/v72\/paymentLinks\/(\w+)$/, (id) => ({ status: 200, body: adyen.link(id) })],
    ['PATCH', /^\/v72\/paymentLinks\/(\w+)$/, (id) => ({ status: 200, body: adyen.expire(id) })],
    ['POST', /^\/v72\/payments\/(\w+)\/captures$/, modified('capture')],
    ['POST', /^\/v72\/payments\/(\w+)\/cancels$/, modified('cancel')],
    ['POST', /^\/v72\/payments\/(\w+)\/refunds$/, modified('refund')],
    ['POST', /^\/v72\/cancels$/, (_, body) => received(adyen.cancelByReference(body as ModifyBody))],
  ];
}
