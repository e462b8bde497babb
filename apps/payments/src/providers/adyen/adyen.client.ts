import { createHash } from 'node:crypto';
import { validator } from '@chargemesh/contracts';
import type { HttpAnswer, HttpCall, OutboundHttp } from '@chargemesh/outbound';
import { type Static, Type } from 'typebox';
import { ProviderRefused } from '../provider.port.js';

const TIMEOUT_MS = 10_000;
/** Of the Checkout API. */
const VERSION = 'v72';
/** Under the same key the same request is under way or was made: what came of it is asked for again. */
const IN_PROGRESS = '704';

export interface AdyenEndpoint {
  /** Null of the test environment. */
  readonly livePrefix: string | null;
  /** Of a stand-in, in place of Adyen's. */
  readonly standIn?: string | undefined;
}

const Link = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 255 }),
  url: Type.String({ minLength: 1, maxLength: 2_000 }),
  status: Type.String({ maxLength: 100 }),
});
export type Link = Static<typeof Link>;
const Accepted = Type.Object({ pspReference: Type.String({ minLength: 1, maxLength: 100 }) });
const Refusal = Type.Object({ errorCode: Type.Optional(Type.String()), pspReference: Type.Optional(Type.String()) });

const linkOf = validator(Link);
const acceptedOf = validator(Accepted);
const refusalOf = validator(Refusal);

/** Adyen's Checkout API, as far as it is needed. What fails is called again by the outbound workers. */
export class AdyenClient {
  private readonly base: string;

  constructor(
    private readonly http: Pick<OutboundHttp, 'send'>,
    private readonly apiKey: string,
    { livePrefix, standIn }: AdyenEndpoint,
  ) {
    const ofAdyen =
      livePrefix === null
        ? 'https://checkout-test.adyen.com'
        : `https://${livePrefix}-checkout-live.adyenpayments.com/checkout`;
    this.base = `${standIn ?? ofAdyen}/${VERSION}`;
  }

  async createLink(body: object, key: string): Promise<Link> {
    return linkOf(await this.ask('POST', '/paymentLinks', body, key));
  }

  async link(id: string): Promise<Link> {
    return linkOf(await this.ask('GET', `/paymentLinks/${encodeURIComponent(id)}`));
  }

  async expireLink(id: string): Promise<Link> {
    return linkOf(await this.ask('PATCH', `/paymentLinks/${encodeURIComponent(id)}`, { status: 'expired' }));
  }

  /** Asks for something that Adyen tells the outcome of later; gives the reference of what was asked. */
  async modify(path: string, body: object, key: string): Promise<string> {
    return acceptedOf(await this.ask('POST', path, body, key)).pspReference;
  }

  private async ask(method: HttpCall['method'], path: string, body?: object, key?: string): Promise<unknown> {
    const headers = {
      ...{ 'x-api-key': this.apiKey, accept: 'application/json', 'user-agent': 'chargemesh' },
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': keyOf(key) }),
    };
    const call = { method, url: `${this.base}${path}`, headers, body: body && JSON.stringify(body) };
    const answer = await this.http.send(call, AbortSignal.timeout(TIMEOUT_MS));
    if (answer.status >= 200 && answer.status < 300) return JSON.parse(answer.body) as unknown;
    throw refusedBy(answer);
  }
}

/** Adyen takes keys of at most 64 characters. */
function keyOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/**
 * Refused for good is what would be answered the same again: not what is transient, nor a key that may not do this (401, 403), which
 * the operator can mend. Its text has no words of Adyen's, which may show what was sent.
 */
function refusedBy({ status, headers, body }: HttpAnswer): Error {
  const { errorCode, pspReference } = readRefusal(body);
  const isFinal = [400, 404, 422].includes(status) && errorCode !== IN_PROGRESS;
  const isTransient = headers['transient-error'] === 'true';
  const said = [status, errorCode, pspReference].filter(Boolean).join(', ');
  return isFinal && !isTransient
    ? new ProviderRefused(`Adyen refused it: ${said}`)
    : new Error(`Adyen failed: ${said}`);
}

function readRefusal(body: string): Static<typeof Refusal> {
  try {
    return refusalOf(JSON.parse(body));
  } catch {
    return {};
  }
}
