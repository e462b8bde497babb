import { createHash } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What becomes of a call: it is not answered in order, refused, answered by a status, or its answer is lost after it was made. */
export type Failure = 'down' | 'refused' | 'lost' | number;

interface Amount {
  readonly vat_rate: string;
  readonly amount: string;
}
export interface SignedReceipt {
  readonly type: string;
  readonly amounts: readonly Amount[];
  readonly answer: object;
}

const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const RATES = new Set(['STANDARD', 'REDUCED_1', 'REDUCED_2', 'SPECIAL', 'ZERO']);

/** fiskaly's SIGN AT as its public documents describe it: what was signed under an id is answered again, and counts once. */
export class SignAtServer {
  readonly secret = 'key-of-the-stand-in:secret-of-the-stand-in';
  readonly register = 'b5f2c1a4-7d0e-4c1b-9f3a-2d1e0c9b8a76';
  /** Another one of the same operator. */
  readonly otherRegister = 'b5f2c1a4-7d0e-4c1b-9f3a-2d1e0c9b8a77';
  readonly url: string;
  /** By their registers and ids, in the order in which they were signed. */
  readonly receipts = new Map<string, SignedReceipt>();
  /** False: its trust service gives no signatures. */
  signs = true;
  /** In place of what it would answer. */
  answers: Readonly<Record<string, unknown>> = {};
  private token = 'token-1';
  private readonly failures: Failure[] = [];
  private isDown = false;

  private constructor(
    private readonly server: Server,
    private readonly clock: { now(): Date },
  ) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(clock: { now(): Date }): Promise<SignAtServer> {
    const server = createServer((request, response) => void handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const started = new SignAtServer(server, clock);
    const handle = (request: IncomingMessage, response: ServerResponse) => started.handle(request, response);
    return started;
  }

  /** Of the next call with a receipt. */
  failNext(failure: Failure): void {
    this.failures.push(failure);
  }

  /** Until it is up again. */
  set down(isDown: boolean) {
    this.isDown = isDown;
  }

  endTokens(): void {
    this.token = `token-${Number(this.token.slice(6)) + 1}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse((await text(request)) || '{}') as Record<string, unknown>;
    const failure = request.method === 'PUT' ? this.failures.shift() : undefined;
    const [status, answer] = this.answered(request, body, failure);
    if (failure === 'lost') return void response.destroy();
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }

  private answered(
    { method, url = '', headers }: IncomingMessage,
    body: Record<string, unknown>,
    failure: Failure | undefined,
  ): [number, object] {
    if (this.isDown || failure === 'down') return [503, { code: 'E_UNAVAILABLE' }];
    if (typeof failure === 'number') return [failure, { code: 'E_OF_A_TEST' }];
    if (failure === 'refused') return [400, { code: 'E_FAILED_SCHEMA_VALIDATION' }];
    if (method === 'POST' && url === '/auth') {
      const isKnown = `${String(body['api_key'])}:${String(body['api_secret'])}` === this.secret;
      return isKnown ? [200, { access_token: this.token }] : [401, { code: 'E_UNAUTHORIZED' }];
    }
    if (headers.authorization !== `Bearer ${this.token}`) return [401, { code: 'E_UNAUTHORIZED' }];
    const [, register, id = ''] = /^\/cash-register\/([^/]+)\/receipt\/([^/]+)$/.exec(url) ?? [];
    const isKnown = register === this.register || register === this.otherRegister;
    if (method !== 'PUT' || !isKnown) return [404, { code: 'E_CASH_REGISTER_NOT_FOUND' }];
    return this.signed(`${register}/${id}`, id, body);
  }

  private signed(key: string, id: string, body: Record<string, unknown>): [number, object] {
    const amounts = amountsIn(body);
    if (!UUID4.test(id) || !amounts) return [400, { code: 'E_FAILED_SCHEMA_VALIDATION' }];
    const known = this.receipts.get(key);
    if (known) return [200, known.answer];
    const number = String(this.receipts.size + 1);
    const answer = {
      ...{ _id: id, receipt_number: number, time_signature: Math.floor(this.clock.now().getTime() / 1_000) },
      ...{ cash_register_serial_number: 'TILL-1', signed: this.signs },
      qr_code_data: `_R1-AT3_TILL-1_${number}_${createHash('sha256').update(id).digest('base64')}`,
      ...this.answers,
    };
    this.receipts.set(key, { type: String(body['receipt_type']), amounts, answer });
    return [200, answer];
  }
}

function amountsIn({ receipt_type: type, schema }: Record<string, unknown>): Amount[] | undefined {
  const { standard_v1: standard } = (schema ?? {}) as { standard_v1?: { amounts_per_vat_rate?: Amount[] } };
  const amounts = standard?.amounts_per_vat_rate;
  const isTaken = amounts?.every(({ vat_rate, amount }) => RATES.has(vat_rate) && /^-?\d+\.\d{2}$/.test(amount));
  return isTaken && ['NORMAL', 'CANCELLATION'].includes(String(type)) ? amounts : undefined;
}
