import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { authorization, readAnswer, spellingsOf } from '@chargemesh/ocpi';
import { AllowedAddresses, type HttpAnswer, type HttpCall, OutboundHttp } from '@chargemesh/outbound';
import { withoutSecretTexts } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { OCPI_SETTINGS, type OcpiSettings } from '../config.js';
import type { Access } from './connection.js';
import { rangesOf } from './partner-networks.js';

/** What a call to a partner came to, where that was no success. */
export class PartnerFailed extends Error {
  override readonly name = 'PartnerFailed';

  constructor(
    message: string,
    /** Undefined where nothing was answered. */
    readonly status?: number,
    readonly code?: number,
  ) {
    super(message);
  }

  /** Whether the partner has said no, and done nothing: what was lost, or failed on its side, may have been done. */
  get isRefusal(): boolean {
    const { status = 0, code = 0 } = this;
    return (status >= 400 && status < 500 && status !== 408) || (code >= 2_000 && code < 3_000);
  }
}

export const ANSWERS_WITHIN_MS = 10_000;

/** A request to a partner; its body is sent as JSON. */
export interface PartnerRequest extends Pick<HttpCall, 'method' | 'url'> {
  readonly body?: unknown;
}

/** Calls partners, whose addresses are theirs to choose: only public ones are called, and those that the installation allows. */
@Injectable()
export class PartnerHttp implements OnApplicationShutdown {
  private readonly http: OutboundHttp;

  constructor(@Inject(OCPI_SETTINGS) { OCPI_PARTNER_NETWORKS }: Pick<OcpiSettings, 'OCPI_PARTNER_NETWORKS'>) {
    this.http = new OutboundHttp(new AllowedAddresses(rangesOf(OCPI_PARTNER_NETWORKS)));
  }

  /** What a successful answer carries. Throws `PartnerFailed`. */
  async call(access: Access, request: PartnerRequest): Promise<unknown> {
    const { method, url, body } = request;
    const read = readAnswer(await this.answered(access, request));
    if (!('failed' in read)) return read.data;
    // It may repeat what it was sent.
    const failed = withoutSecretTexts(read.failed, [access.token, ...secretsOf(body)].flatMap(spellingsOf));
    throw new PartnerFailed(`${method} ${url}: ${failed}`, read.status, read.code);
  }

  /**
   * Whatever is answered. Rejects with what the network says, `RefusedByUs`, or the signal's reason.
   * @param headers beside those that every request has
   */
  send(
    { token, tokenForm }: Access,
    { method, url, body }: PartnerRequest,
    { signal, headers }: { signal: AbortSignal; headers?: Readonly<Record<string, string>> },
  ): Promise<HttpAnswer> {
    const id = uuidv7();
    const sent = {
      authorization: authorization(token, tokenForm),
      accept: 'application/json',
      'x-request-id': id,
      'x-correlation-id': id,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    return this.http.send(
      { method, url, headers: sent, ...(body === undefined ? {} : { body: JSON.stringify(body) }) },
      signal,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.http.close();
  }

  private async answered(access: Access, request: PartnerRequest): Promise<HttpAnswer> {
    try {
      return await this.send(access, request, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    } catch (error) {
      const { method, url } = request;
      throw new PartnerFailed(`${method} ${url}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** The token that a body brings. */
function secretsOf(body: unknown): string[] {
  return typeof body === 'object' && body !== null && 'token' in body && typeof body.token === 'string'
    ? [body.token]
    : [];
}
