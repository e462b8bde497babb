import { validator } from '@chargemesh/contracts';
import type { HttpAnswer, HttpCall, OutboundHttp } from '@chargemesh/outbound';
import { type Static, Type } from 'typebox';
import type { FiscalAccess } from '../fiscal.port.js';
import { FiscalAccountRefused, FiscalRefused } from '../fiscal.port.js';

export const SIGN_AT_URL = 'https://rksv.fiskaly.com/api/v1';
/** So many operators' tokens are kept; of more, the oldest are asked for anew. */
const TOKENS_AT_MOST = 1_000;

const Text = Type.String({ minLength: 1, maxLength: 10_000 });
const Signed = Type.Object({
  receipt_number: Type.Union([Text, Type.Integer()]),
  /** Seconds since 1970, also as text, or a time in words of ISO 8601. */
  time_signature: Type.Union([Type.Number(), Text]),
  cash_register_serial_number: Text,
  /** As much as can be drawn as a code that a camera reads. */
  qr_code_data: Type.String({ minLength: 1, maxLength: 1_500 }),
  signed: Type.Boolean(),
});
export type Signed = Static<typeof Signed>;

const signedOf = validator(Signed);
const tokenOf = validator(Type.Object({ access_token: Text }));
const refusalOf = validator(Type.Object({ code: Type.Optional(Type.String({ maxLength: 200 })) }));

/** fiskaly's SIGN AT, version 1, as far as it is needed. What fails is called again by the outbound workers. */
export class SignAtClient {
  private readonly tokens = new Map<string, string>();

  constructor(
    private readonly http: Pick<OutboundHttp, 'send'>,
    private readonly base: string,
  ) {}

  /** Signed once under its id: the same again has the same answer. */
  async sign(
    { register, secret }: FiscalAccess,
    receiptId: string,
    body: object,
    signal: AbortSignal,
  ): Promise<Signed> {
    const authorization = `Bearer ${await this.token(secret, signal)}`;
    const path = `/cash-register/${encodeURIComponent(register)}/receipt/${receiptId}`;
    const answer = await this.send({ method: 'PUT', path, body, headers: { authorization } }, signal);
    // It has ended: the next attempt asks for another.
    if (answer.status === 401) this.tokens.delete(secret);
    return signedOf(bodyOf(answer));
  }

  private async token(secret: string, signal: AbortSignal): Promise<string> {
    const known = this.tokens.get(secret);
    if (known !== undefined) return known;
    const [key, ...rest] = secret.split(':');
    const body = { api_key: key, api_secret: rest.join(':') };
    const answer = await this.send({ method: 'POST', path: '/auth', body, headers: {} }, signal);
    const { access_token: token } = tokenOf(bodyOf(answer, 'authentication'));
    const [oldest] = this.tokens.keys();
    if (this.tokens.size >= TOKENS_AT_MOST && oldest !== undefined) this.tokens.delete(oldest);
    this.tokens.set(secret, token);
    return token;
  }

  private send(
    { method, path, body, headers }: Pick<HttpCall, 'method' | 'headers'> & { path: string; body: object },
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const all = {
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': 'chargemesh',
      ...headers,
    };
    return this.http.send({ method, url: `${this.base}${path}`, headers: all, body: JSON.stringify(body) }, signal);
  }
}

/** Refused for good is what would be answered the same again; not a key or a register that the operator can mend, nor another call at once. */
function bodyOf({ status, body }: HttpAnswer, asked = 'a receipt'): unknown {
  if (status >= 200 && status < 300) return JSON.parse(body) as unknown;
  const said = [status, codeIn(body)].filter(Boolean).join(', ');
  if (asked === 'a receipt' && [400, 422].includes(status)) throw new FiscalRefused(`SIGN AT refused it: ${said}`);
  const Failed = [401, 403, 404].includes(status) ? FiscalAccountRefused : Error;
  throw new Failed(`SIGN AT failed at ${asked}: ${said}`);
}

function codeIn(body: string): string | undefined {
  try {
    return refusalOf(JSON.parse(body)).code;
  } catch {
    return undefined;
  }
}
