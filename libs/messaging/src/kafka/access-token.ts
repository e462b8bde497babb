import { LogAway } from '../transport.js';

/** How a client gets its access tokens (RFC 6749, 4.4). */
export interface ClientCredentials {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string | undefined;
}

const ANSWERS_WITHIN_MS = 10_000;
/** Far above any token; who answers more has misunderstood. */
const ANSWER_BYTES_MAX = 65_536;
/** Of a token that does not say how long it lives. */
const LIFETIME_S = 300;
/** A token is used for this part of its life: a broker that takes it ends the connection when it is over. */
const USED_FOR = 0.8;

interface Token {
  readonly value: string;
  /** When another is fetched, by `performance.now`. */
  readonly until: number;
}

/** Fetches the access token of a client, and another before that expires; whoever asks meanwhile waits for the same. */
export class AccessTokenSource {
  private token: Token | undefined;
  private fetching: Promise<Token> | undefined;

  constructor(private readonly credentials: ClientCredentials) {}

  async get(): Promise<string> {
    if (this.token && performance.now() < this.token.until) return this.token.value;
    this.fetching ??= this.fetch().finally(() => (this.fetching = undefined));
    this.token = await this.fetching;
    return this.token.value;
  }

  private async fetch(): Promise<Token> {
    const { tokenUrl } = this.credentials;
    const began = performance.now();
    try {
      const { access_token: value, expires_in: lifetimeS = LIFETIME_S } = await this.ask();
      if (typeof value !== 'string' || value === '') throw new Error('there is no access_token in its answer');
      const livesS = typeof lifetimeS === 'number' && lifetimeS > 0 ? lifetimeS : LIFETIME_S;
      return { value, until: began + livesS * 1_000 * USED_FOR };
    } catch (error) {
      const { message, cause } = error as Error;
      const reason = cause instanceof Error ? cause.message : message;
      throw new LogAway(`no access token for Kafka could be had from ${tokenUrl}: ${reason}`);
    }
  }

  private async ask(): Promise<Record<string, unknown>> {
    const { tokenUrl, clientId, clientSecret, scope } = this.credentials;
    const basic = [clientId, clientSecret].map(encodeURIComponent).join(':');
    const response = await fetch(tokenUrl, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}`, accept: 'application/json' },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) }),
      // A redirection could lead the secret elsewhere.
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    });
    const text = await textOf(response);
    if (!response.ok) throw new Error(`it answered ${response.status}: ${text.slice(0, 200)}`);
    return JSON.parse(text) as Record<string, unknown>;
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`its answer has more than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
