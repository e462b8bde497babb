import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type TokenForm, authorization, readAnswer } from '@chargemesh/ocpi';
import { AllowedAddresses, type HttpCall, OutboundHttp } from '@chargemesh/outbound';
import { v7 as uuidv7 } from 'uuid';
import { OCPI_SETTINGS, type OcpiSettings } from '../config.js';
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
}

/** By what we come in at a partner. */
export interface Entry {
  readonly token: string;
  readonly tokenForm: TokenForm;
}

const ANSWERS_WITHIN_MS = 10_000;

/** Calls partners, whose addresses are theirs to choose: only public ones are called, and those that the installation allows. */
@Injectable()
export class PartnerHttp implements OnApplicationShutdown {
  private readonly http: OutboundHttp;

  constructor(@Inject(OCPI_SETTINGS) { OCPI_PARTNER_NETWORKS }: Pick<OcpiSettings, 'OCPI_PARTNER_NETWORKS'>) {
    this.http = new OutboundHttp(new AllowedAddresses(rangesOf(OCPI_PARTNER_NETWORKS)));
  }

  /** What a successful answer carries. Throws `PartnerFailed`. */
  async call(
    { token, tokenForm }: Entry,
    { method, url, body }: Pick<HttpCall, 'method' | 'url'> & { body?: unknown },
  ) {
    const id = uuidv7();
    const headers = {
      authorization: authorization(token, tokenForm),
      accept: 'application/json',
      'x-request-id': id,
      'x-correlation-id': id,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const sent = { method, url, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const read = readAnswer(await this.send(sent));
    if ('failed' in read) throw new PartnerFailed(`${method} ${url}: ${read.failed}`, read.status, read.code);
    return read.data;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.http.close();
  }

  private async send(call: HttpCall) {
    try {
      return await this.http.send(call, AbortSignal.timeout(ANSWERS_WITHIN_MS));
    } catch (error) {
      throw new PartnerFailed(`${call.method} ${call.url}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
