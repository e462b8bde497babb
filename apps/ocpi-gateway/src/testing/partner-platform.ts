import { randomBytes } from 'node:crypto';
import { type IncomingHttpHeaders, type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authorization, tokensOf, type TokenForm } from '@chargemesh/ocpi';

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}
type Answer = (heard: Heard) => Said | undefined | Promise<Said | undefined>;

const newToken = (): string => randomBytes(16).toString('hex');

/** The platform of a partner, over HTTP: its versions and credentials. It answers by one token at a time and keeps what it hears. */
export class PartnerPlatform {
  readonly heard: Heard[] = [];
  /** By which we come in; the partner's own TOKEN_A to begin with. */
  inbound = newToken();
  /** By which it comes in here; it learns it by the handshake. */
  outbound: string | undefined;
  /** What it wants its tokens in. */
  tokenForm: TokenForm = 'base64';
  versions = ['2.2.1', '2.3.0'];
  /** What else it serves as a receiver, under its own address; it takes whatever it is sent there. */
  receives: string[] = [];
  /** What it serves as a sender; its lists are empty. */
  sends: string[] = [];
  /** Answers in place of what it would say. */
  answer: Answer = () => undefined;
  private readonly server: Server;

  private constructor(private readonly party: { countryCode: string; partyId: string }) {
    this.server = createServer((request, response) => {
      void this.respond(request).then(({ status = 200, headers, body }) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      });
    });
  }

  static async start(party: { countryCode: string; partyId: string }): Promise<PartnerPlatform> {
    const platform = new PartnerPlatform(party);
    await new Promise<void>((resolve) => platform.server.listen(0, '127.0.0.1', resolve));
    return platform;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get versionsUrl(): string {
    return `${this.url}/versions`;
  }

  /** Its credentials, by which it is reached with a new token. */
  credentials(token = newToken()) {
    const { countryCode: country_code, partyId: party_id } = this.party;
    this.inbound = token;
    const role = { role: 'EMSP', country_code, party_id, business_details: { name: 'eMSP' } };
    return { token, url: this.versionsUrl, roles: [role] };
  }

  /** Calls us as a partner does. */
  async call(
    method: string,
    url: string,
    { token = this.outbound, body }: { token?: string | undefined; body?: unknown } = {},
  ) {
    const headers = {
      ...(token === undefined ? {} : { authorization: authorization(token, 'base64') }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const envelope = (await response.json()) as { status_code: number; status_message?: string; data?: never };
    return { status: response.status, ...envelope };
  }

  /**
   * Registers at us, or does so anew, and comes in from then on by the token that it is given.
   * @param credentials our endpoint of a version
   */
  async register(credentials: string, { method = 'POST', token }: { method?: 'POST' | 'PUT'; token?: string } = {}) {
    const answer = await this.call(method, credentials, { token, body: this.credentials() });
    this.outbound = (answer.data as { token: string } | undefined)?.token;
    return answer;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async respond(request: IncomingMessage): Promise<Said> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const text = Buffer.concat(parts).toString();
    const { method = '', url: path = '', headers } = request;
    const token = this.tokenOf(headers.authorization);
    const heard = { method, path, token, headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
    this.heard.push(heard);
    return (await this.answer(heard)) ?? this.usual(heard);
  }

  private usual({ method, path, token, body }: Heard): Said {
    if (token !== this.inbound) return { status: 401, body: { status_code: 2001 } };
    const data = this.dataOf(method, path, body);
    return data === undefined ? { status: 404, body: { status_code: 2003 } } : { body: { status_code: 1000, data } };
  }

  private dataOf(method: string, path: string, body: unknown): unknown {
    if (path === '/versions') return this.versions.map((version) => ({ version, url: `${this.url}/${version}` }));
    const version = path.slice(1);
    if (this.versions.includes(version)) {
      const endpoints = ['credentials', ...this.receives].map((identifier) => {
        return { identifier, role: 'RECEIVER', url: `${this.url}/${identifier}` };
      });
      const lists = this.sends.map((identifier) => ({ identifier, role: 'SENDER', url: `${this.url}/${identifier}` }));
      return { version, endpoints: [...endpoints, ...lists] };
    }
    if (this.receives.some((module) => `${path}/`.startsWith(`/${module}/`))) return null;
    if (this.sends.some((module) => path.startsWith(`/${module}?`))) return [];
    if (path !== '/credentials') return undefined;
    if (method === 'POST' || method === 'PUT') {
      this.outbound = (body as { token: string }).token;
      return this.credentials();
    }
    return null;
  }

  private tokenOf(header: string | undefined): string {
    const said = tokensOf(header);
    return (this.tokenForm === 'base64' ? said[0] : said.at(-1)) ?? '';
  }
}
