import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { pageUrl } from '../checkout/page-url.js';
import { Figures } from '../checkout/figures.js';
import { LANGUAGES, type LanguageCode } from '../checkout/languages/languages.js';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { driverPage } from '../payments/checkout.port.js';
import { PaymentsStore } from '../payments/payments.store.js';
import type { ReceiptDocument } from '../receipts/receipt.document.js';
import { receiptPdf } from '../receipts/receipt.pdf.js';
import { ReceiptsStore } from '../receipts/receipts.store.js';
import { MailQueue } from './mail-queue.js';
import type { Mail } from './mailer.js';
import { MailsStore, type QueuedMail } from './mails.store.js';

/** Of one payment: the page sends no more to whichever addresses. */
const MAILS_AT_MOST = 3;

/** Sends receipts to drivers who give an address. */
@Injectable()
export class ReceiptMails {
  constructor(
    private readonly database: Database,
    private readonly queue: MailQueue,
    private readonly mails: MailsStore,
    private readonly receipts: ReceiptsStore,
    private readonly payments: PaymentsStore,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
  ) {
    queue.writtenBy('receipt', (mail) => this.write(mail));
  }

  get isOffered(): boolean {
    return this.queue.isOpen;
  }

  /** Durable before it answers; false, if enough were sent already. */
  async ask(asked: Omit<QueuedMail, 'mailId' | 'kind'>): Promise<boolean> {
    const { operatorId, paymentId } = asked;
    return this.database.transaction([operatorId], async (tx) => {
      await tx.lock([`mails of ${paymentId}`]);
      if ((await this.mails.receiptsOf(tx, paymentId)) >= MAILS_AT_MOST) return false;
      await this.queue.add(tx, { ...asked, kind: 'receipt' });
      return true;
    });
  }

  private async write(mail: QueuedMail): Promise<Omit<Mail, 'id' | 'to'> | undefined> {
    const { operatorId, paymentId, language } = mail;
    const payment = await this.database.transaction([operatorId], (tx) => this.payments.find(tx, mail));
    const [first, ...others] = payment ? await this.receipts.givenOut(operatorId, paymentId) : [];
    if (!payment || !first) return undefined;
    const { number, issuer } = first;
    const title = `${LANGUAGES[language].labels.receipt.receipt} ${number}`;
    const page = `${driverPage(payment.reference)}/receipt`;
    const link = this.settings.CHECKOUT_URL && pageUrl(this.settings.CHECKOUT_URL, page);
    const sums = [first, ...others].map((document) => sumOf(document, language));
    return {
      subject: `${title} · ${issuer.name}`,
      text: [issuer.name, ...sums, link].filter(Boolean).join('\n\n'),
      attachment: { name: `${number}.pdf`, content: await receiptPdf([first, ...others], language) },
    };
  }
}

function sumOf({ kind, number, gross, currency, timeZone }: ReceiptDocument, language: LanguageCode): string {
  const { labels, tag } = LANGUAGES[language];
  const { receipt, creditNote } = labels.receipt;
  return `${kind === 'receipt' ? receipt : creditNote} ${number}: ${new Figures(tag, timeZone).money(gross, currency)}`;
}
