import { createHash } from 'node:crypto';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { AllowedAddresses, OutboundHttp } from '@chargemesh/outbound';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../../config.js';
import type { FiscalAccess, FiscalReceipt, FiscalSystem } from '../fiscal.port.js';
import type { Registration } from '../registration.js';
import { SIGN_AT_URL, SignAtClient, type Signed } from './sign-at.client.js';
import { signAtReceipt } from './sign-at.receipt.js';

/** Austria's cash registers (RKSV), by fiskaly's SIGN AT. Written after its public documents; never tried with fiskaly itself. */
@Injectable()
export class SignAt implements FiscalSystem, BeforeApplicationShutdown {
  readonly name = 'fiskaly-sign-at';
  readonly country = 'AUT';
  private readonly http: OutboundHttp;
  private readonly client: SignAtClient;

  constructor(
    @Inject(PAYMENTS_SETTINGS) { FISKALY_SIGN_AT_URL: standIn }: Pick<PaymentsSettings, 'FISKALY_SIGN_AT_URL'>,
  ) {
    this.http = new OutboundHttp(new AllowedAddresses(standIn === undefined ? [] : ['127.0.0.0/8']));
    this.client = new SignAtClient(this.http, standIn ?? SIGN_AT_URL);
  }

  async register(
    { receiptId, document }: FiscalReceipt,
    access: FiscalAccess,
    signal: AbortSignal,
  ): Promise<Registration> {
    return registrationOf(await this.client.sign(access, uuid4Of(receiptId), signAtReceipt(document), signal));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.http.close();
  }
}

/** RKSV: what is printed. Without a signature the register goes on, and the receipt says so. */
function registrationOf(signed: Signed): Registration {
  const {
    receipt_number: number,
    time_signature: time,
    cash_register_serial_number: till,
    qr_code_data: code,
  } = signed;
  const seconds = Number(time);
  const at = new Date(Number.isNaN(seconds) ? time : seconds * 1_000);
  return {
    reference: String(number),
    registeredAt: at.toISOString(),
    printed: [
      ['Kassen-ID', till],
      ['Belegnummer der Kasse', String(number)],
    ],
    code,
    ...(signed.signed ? {} : { note: 'Sicherheitseinrichtung ausgefallen' }),
  };
}

/** SIGN AT takes ids of version 4 alone; ours are of version 7. */
function uuid4Of(id: string): string {
  const hex = createHash('sha256').update(id).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
