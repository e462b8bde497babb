import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Stripe } from 'stripe';
import { type Answer, type StripeEvent, StripeRefusal, fieldsOf } from './stand-in.objects.js';
import { StripeStandIn } from './stand-in.js';

/** Stripe forgets keys after it. */
const KEYS_FOR_S = 86_400;

/** What becomes of a call: it fails before or after it was made, or its answer is lost. */
export type Failure = 'before' | 'after' | 'lost';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly form: string;
  readonly query: URLSearchParams;
  readonly key: string | undefined;
}
interface Kept extends Answer {
  readonly asked: string;
  readonly at: number;
}
type Route = readonly [method: string, path: RegExp, answer: (id: string, asked: Asked) => object];

/** The stand-in, behind the paths that Stripe's client calls. */
export class StripeServer {
  readonly asked: Asked[] = [];
  readonly url: string;
  private readonly kept = new Map<string, Kept>();
  private readonly failures: { path: RegExp; failure: Failure }[] = [];
  private readonly routes: readonly Route[];
  private meanwhile: { path: RegExp; work: () => Promise<void> } | undefined;

  private constructor(
    private readonly server: Server,
    readonly stripe: StripeStandIn,
    readonly apiKey: string,
  ) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.routes = routesOf(stripe);
  }

  static async start(clock: { now(): Date }, apiKey: string): Promise<StripeServer> {
    const server = createServer((request, response) => void handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const started = new StripeServer(server, new StripeStandIn(clock), apiKey);
    const handle = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
      started.handle(request, response);
    return started;
  }

  /** The next call of such a path fails. */
  failNext(path: RegExp, failure: Failure): void {
    this.failures.push({ path, failure });
  }

  /** The next call of such a path is made, and answered when this is done. */
  answerAfter(path: RegExp, meanwhile: () => Promise<void>): void {
    this.meanwhile = { path, work: meanwhile };
  }

  /** Signs an event as Stripe does, at a time. */
  static signed(event: StripeEvent, secret: string, at: Date): { body: string; headers: Record<string, string> } {
    const body = JSON.stringify(event);
    const timestamp = Math.floor(at.getTime() / 1_000);
    const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
    return { body, headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature } };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const key = request.headers['idempotency-key'];
    const { pathname: path, searchParams: query } = url;
    const asked = { method: request.method ?? 'GET', path, query, form: await text(request), key: key?.toString() };
    this.asked.push(asked);
    const planned = this.failures.findIndex((one) => one.path.test(`${asked.method} ${path}`));
    const failure = planned < 0 ? undefined : this.failures.splice(planned, 1)[0]?.failure;
    const isKnown = request.headers.authorization === `Bearer ${this.apiKey}`;
    const { isReplayed, ...answer } = isKnown ? this.answered(asked, failure) : { ...UNKNOWN_KEY, isReplayed: false };
    if (this.meanwhile?.path.test(path)) {
      const { work } = this.meanwhile;
      this.meanwhile = undefined;
      await work();
    }
    if (failure === 'lost') return void response.destroy();
    const headers = { 'content-type': 'application/json', 'request-id': 'req_test' };
    response.writeHead(answer.status, { ...headers, ...(isReplayed ? { 'idempotent-replayed': 'true' } : {}) });
    response.end(JSON.stringify(answer.body));
  }

  /** The first answer under a key is kept, a 500 too; other parameters under it are refused. */
  private answered(asked: Asked, failure: Failure | undefined): Answer & { isReplayed: boolean } {
    const { key, method, path, form } = asked;
    if (method !== 'POST' || key === undefined) return { ...this.made(asked, failure), isReplayed: false };
    const known = this.kept.get(key);
    const what = `${path}?${form}`;
    if (known && known.at + KEYS_FOR_S > this.stripe.seconds) {
      if (known.asked === what) return { ...known, isReplayed: true };
      const message =
        'Keys for idempotent requests can only be used with the same parameters they were first used with.';
      return { ...answerOf(new StripeRefusal(400, { type: 'idempotency_error', message })), isReplayed: false };
    }
    const answer = this.made(asked, failure);
    this.kept.set(key, { ...answer, asked: what, at: this.stripe.seconds });
    return { ...answer, isReplayed: false };
  }

  private made(asked: Asked, failure: Failure | undefined): Answer {
    if (failure === 'before') return BROKEN;
    this.stripe.passTime();
    const route = this.routes.find(([method, path]) => method === asked.method && path.test(asked.path));
    try {
      if (!route) throw new StripeRefusal(404, { type: 'invalid_request_error', message: `no ${asked.path} here` });
      const body = structuredClone(route[2](route[1].exec(asked.path)?.[1] ?? '', asked));
      return failure === 'after' ? BROKEN : { status: 200, body };
    } catch (error) {
      if (error instanceof StripeRefusal) return answerOf(error);
      throw error;
    }
  }
}

const BROKEN = answerOf(new StripeRefusal(500, { type: 'api_error', message: 'An unknown error occurred' }));
const UNKNOWN_KEY = answerOf(new StripeRefusal(401, { type: 'invalid_request_error', message: 'Invalid API Key' }));

function answerOf({ status, error }: StripeRefusal): Answer {
  return { status, body: { error } };
}

function routesOf(stripe: StripeStandIn): readonly Route[] {
  const whole = (id: string): object => {
    const session = stripe.session(id);
    const intent = session.payment_intent === null ? undefined : stripe.intent(session.payment_intent);
    const latest = intent && (stripe.chargeOf(intent) ?? null);
    return { ...session, payment_intent: intent ? { ...intent, latest_charge: latest } : null };
  };
  const ofIntent = (of: ReadonlyMap<string, { payment_intent: string }>, { query }: Asked): object =>
    listed([...of.values()].filter((one) => one.payment_intent === query.get('payment_intent')));
  return [
    ['POST', /^\/v1\/checkout\/sessions$/, (_, { form }) => stripe.create(fieldsOf(form))],
    ['GET', /^\/v1\/checkout\/sessions$/, (_, { query }) => madeWithin(stripe, query)],
    ['GET', /^\/v1\/checkout\/sessions\/(\w+)$/, whole],
    ['POST', /^\/v1\/checkout\/sessions\/(\w+)\/expire$/, (id) => stripe.expire(id)],
    ['POST', /^\/v1\/payment_intents\/(\w+)\/cancel$/, (id) => stripe.cancel(id)],
    [
      'POST',
      /^\/v1\/payment_intents\/(\w+)\/capture$/,
      (id, { form }) => stripe.capture(id, Number(fieldsOf(form)['amount_to_capture'])),
    ],
    ['GET', /^\/v1\/events$/, () => listed([...stripe.undelivered].reverse())],
    ['GET', /^\/v1\/refunds$/, (_, asked) => ofIntent(stripe.refunds, asked)],
    ['GET', /^\/v1\/disputes$/, (_, asked) => ofIntent(stripe.disputes, asked)],
    [
      'POST',
      /^\/v1\/refunds$/,
      (_, { form }) => {
        const { payment_intent: intent, amount } = fieldsOf(form);
        return stripe.refund(String(intent), Number(amount));
      },
    ],
  ];
}

/** The newest first, as all lists of Stripe. */
function madeWithin({ sessions }: StripeStandIn, query: URLSearchParams): object {
  const [from, to] = [Number(query.get('created[gte]')), Number(query.get('created[lte]'))];
  const made = [...sessions.values()].filter(({ created }) => created >= from && created <= to).reverse();
  const after = made.findIndex(({ id }) => id === query.get('starting_after')) + 1;
  const limit = Number(query.get('limit') ?? 10);
  return { ...listed(made.slice(after, after + limit)), has_more: made.length > after + limit };
}

function listed(data: readonly object[]): object {
  return { object: 'list', has_more: false, data };
}
