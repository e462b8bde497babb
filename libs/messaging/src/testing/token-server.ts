import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a client asked for a token with. */
export interface TokenRequest {
  readonly authorization: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

/** An authorization server on loopback whose tokens are not signed, as a test broker takes them. */
export class TokenServer {
  readonly requests: TokenRequest[] = [];
  /** Answers something else than a token, if given. */
  instead: { status: number; body: string } | undefined;
  lifetimeS = 60;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(): Promise<TokenServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const tokens = new TokenServer(server, `http://127.0.0.1:${port}/token`);
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        const form = Object.fromEntries(new URLSearchParams(body));
        tokens.requests.push({ authorization: request.headers.authorization, form });
        response.writeHead(tokens.instead?.status ?? 200, { 'content-type': 'application/json' });
        response.end(tokens.instead?.body ?? JSON.stringify(tokens.issue()));
      });
    });
    return tokens;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private issue() {
    const now = Date.now() / 1_000;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { sub: 'us', iat: now, exp: now + this.lifetimeS };
    return {
      access_token: `${part({ alg: 'none' })}.${part(claims)}.`,
      token_type: 'Bearer',
      expires_in: this.lifetimeS,
    };
  }
}
