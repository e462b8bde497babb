import { lookup as resolve } from 'node:dns';
import { type LookupFunction, isIP } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import type { AllowedAddresses } from './addresses.js';

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** What the destination wants to see of us, and by what we know it; PEM. */
  readonly tls?: ClientTls | undefined;
}

export interface ClientTls {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly ca?: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An address that calls may not go to (SSRF), or an answer that is too large. */
export class RefusedByUs extends Error {
  override readonly name = 'RefusedByUs';
}

const ANSWER_BYTES = 4_194_304;
const CONNECT_WITHIN_MS = 10_000;
const CONNECTIONS_PER_ORIGIN = 8;
const AGENTS = 500;

/**
 * HTTP to destinations that customers configure, guarded against SSRF: public addresses only (unless allowed), no redirects,
 * answers of at most 4 MiB. The address is checked when it is connected to, so that DNS rebinding does not get around it.
 */
export class OutboundHttp {
  private readonly agents = new Map<string, Agent>();

  constructor(private readonly addresses: AllowedAddresses) {}

  /** Rejects with what the network says, `RefusedByUs`, or the signal's reason. */
  async send(call: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
    const url = this.checked(call.url);
    const { method, headers, body } = call;
    const dispatcher = this.agentOf(call.tls);
    const answer = await request(url, { method, headers, body: body ?? null, dispatcher, signal });
    return { status: answer.statusCode, headers: answer.headers, body: await textOf(answer.body) };
  }

  async close(): Promise<void> {
    await Promise.all([...this.agents.values()].map((agent) => agent.destroy()));
  }

  /** A literal address is looked up by nobody. */
  private checked(text: string): URL {
    const url = new URL(text);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new RefusedByUs(`no HTTP: ${url.protocol}`);
    if (url.username !== '' || url.password !== '') throw new RefusedByUs('a URL with a password in it');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !this.addresses.has(host)) throw new RefusedByUs(`${host} is not a public address`);
    return url;
  }

  private agentOf(tls: ClientTls = {}): Agent {
    const name = JSON.stringify([tls.cert, tls.key, tls.ca]);
    const known = this.agents.get(name);
    if (known) return known;
    const [oldest] = this.agents.keys();
    if (oldest !== undefined && this.agents.size >= AGENTS) {
      void this.agents.get(oldest)?.close();
      this.agents.delete(oldest);
    }
    const connect = { ...tls, lookup: this.lookup, timeout: CONNECT_WITHIN_MS };
    const agent = new Agent({ connect, connections: CONNECTIONS_PER_ORIGIN, pipelining: 1 });
    this.agents.set(name, agent);
    return agent;
  }

  private readonly lookup: LookupFunction = (hostname, options, answered) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return answered(error, '', 0);
      const allowed = found.filter(({ address }) => this.addresses.has(address));
      const [first] = allowed;
      if (!first) return answered(new RefusedByUs(`${hostname} has no public address`), '', 0);
      if (options.all) answered(null, allowed);
      else answered(null, first.address, first.family);
    });
  };
}

async function textOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > ANSWER_BYTES) throw new RefusedByUs(`an answer of more than ${ANSWER_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
