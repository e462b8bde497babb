import { Inject, Injectable } from '@nestjs/common';
import { ConfigurationError } from '@chargemesh/service';
import { createTransport } from 'nodemailer';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';

const WITHIN_MS = 30_000;

export interface Mail {
  /** The same in every attempt, so that a mail that comes twice is known as one. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly attachment?: { readonly name: string; readonly content: Buffer };
}

/** The mail server of the installation. */
@Injectable()
export class Mailer {
  private readonly url: string | undefined;
  private readonly from: string;

  constructor(@Inject(PAYMENTS_SETTINGS) { SMTP_URL, SMTP_FROM }: PaymentsSettings) {
    if (SMTP_URL !== undefined && SMTP_FROM === undefined)
      throw new ConfigurationError('SMTP_FROM is needed with SMTP_URL');
    [this.url, this.from] = [SMTP_URL, SMTP_FROM ?? ''];
  }

  /** Undefined, if no mails are sent here. */
  get host(): string | undefined {
    return this.url === undefined ? undefined : new URL(this.url).hostname;
  }

  /** Answers when the server has taken it. @throws Error with `responseCode`, if it refused */
  async send({ id, to, subject, text, attachment }: Mail): Promise<void> {
    const { url, from } = this;
    if (url === undefined) throw new Error('no mail server is set up');
    const transport = createTransport({
      ...{ url, requireTLS: true, disableFileAccess: true, disableUrlAccess: true },
      ...{ connectionTimeout: WITHIN_MS, greetingTimeout: WITHIN_MS, socketTimeout: WITHIN_MS },
    });
    try {
      await transport.sendMail({
        // As an object: a list of addresses in the text would be read as several.
        ...{ from, to: { name: '', address: to }, subject, text, messageId: `<${id}@chargemesh>` },
        headers: { 'auto-submitted': 'auto-generated' },
        ...(attachment && {
          attachments: [{ filename: attachment.name, content: attachment.content, contentType: 'application/pdf' }],
        }),
      });
    } finally {
      transport.close();
    }
  }
}

/** SMTP: of an address or a text 5xx is for good; 4xx is for now, and so is what is wrong with our own login. */
export function isRefusedForGood(error: unknown): boolean {
  if (!(error instanceof Error && 'responseCode' in error && 'code' in error)) return false;
  const { code, responseCode } = error;
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && typeof responseCode === 'number' && responseCode >= 500;
}
