import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type CallInHand, Outbound, type Outcome } from '@chargemesh/outbound';
import { Database } from '@chargemesh/persistence';
import { Clock, Retention, Schedule } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { Figures } from '../checkout/figures.js';
import { LANGUAGES, type LanguageCode } from '../checkout/languages/languages.js';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { driverPage } from '../payments/checkout.port.js';
import { PaymentsStore } from '../payments/payments.store.js';
import { knownOperatorIds } from '../projections/operators.js';
import { CALL_HANDLERS, type CallHandlers } from '../providers/outbound.js';
import type { ReceiptDocument } from '../receipts/receipt.document.js';
import { receiptPdf } from '../receipts/receipt.pdf.js';
import { ReceiptsStore } from '../receipts/receipts.store.js';
import { Mailer, isRefusedForGood } from './mailer.js';
import { MailsStore, type ReceiptMail } from './mails.store.js';

const KIND = 'receipt-mail';
/** Of one payment: the page sends no more to whichever addresses. */
const MAILS_AT_MOST = 3;
/** What was never sent is not sent after it, and its address is not kept. */
const ROW_DAYS = 30;
const DAY_MS = 86_400_000;
const ERASE_EVERY_MS = 3_600_000;

/** Sends receipts to drivers who give an address, and forgets the address. */
@Injectable()
export class ReceiptMails implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    private readonly outbound: Outbound,
    private readonly mailer: Mailer,
    private readonly mails: MailsStore,
    private readonly receipts: ReceiptsStore,
    private readonly payments: PaymentsStore,
    retention: Retention,
    @Inject(CALL_HANDLERS) handlers: CallHandlers,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
  ) {
    handlers.set(KIND, (call) => this.make(call));
    retention.keep({ table: 'receipt_mails', key: 'mail_id', days: Math.max(ROW_DAYS, settings.MAIL_ADDRESS_DAYS) });
  }

  onApplicationBootstrap(): void {
    this.schedule.every('addresses of receipts', ERASE_EVERY_MS, () => this.erase(), { exclusive: true });
  }

  get isOffered(): boolean {
    return this.mailer.host !== undefined;
  }

  /** Durable before it answers; false, if enough were sent already. */
  async ask(asked: Omit<ReceiptMail, 'mailId'>): Promise<boolean> {
    const { operatorId, paymentId } = asked;
    return this.database.transaction([operatorId], async (tx) => {
      await tx.lock([`mails of ${paymentId}`]);
      if ((await this.mails.countOf(tx, paymentId)) >= MAILS_AT_MOST) return false;
      const mailId = uuidv7({ msecs: this.clock.now().getTime() });
      await this.mails.add(tx, { ...asked, mailId });
      // The address is not in the call, which is kept longer than that.
      const call = {
        operatorId,
        destination: `mail:${this.mailer.host ?? ''}`,
        orderKey: mailId,
        kind: KIND,
        body: { mailId },
      };
      await this.outbound.add(tx, [call]);
      return true;
    });
  }

  /** What it throws is tried again. */
  private async make({ operatorId, body }: CallInHand): Promise<Outcome> {
    const mailId = String(body['mailId']);
    const found = await this.database.transaction([operatorId], async (tx) => {
      const mail = await this.mails.find(tx, mailId);
      const payment = mail && (await this.payments.find(tx, mail));
      const documents = mail ? await this.receipts.issuedFor(tx, operatorId, mail.paymentId) : [];
      return mail && payment ? { mail, reference: payment.reference, documents } : undefined;
    });
    const [first, ...others] = found?.documents ?? [];
    if (!found || !first) return { result: 'delivered' };
    try {
      await this.send(found.mail, found.reference, [first, ...others]);
    } catch (error) {
      if (!isRefusedForGood(error)) throw withoutAddress(error);
      await this.settle(found.mail);
      return { result: 'rejected', answer: 'the mail server refused it' };
    }
    await this.settle(found.mail);
    return { result: 'delivered' };
  }

  private async send(
    { mailId, address, language }: ReceiptMail,
    reference: string,
    documents: [ReceiptDocument, ...ReceiptDocument[]],
  ): Promise<void> {
    const [{ number, issuer }] = documents;
    const title = `${LANGUAGES[language].labels.receipt.receipt} ${number}`;
    const link =
      this.settings.CHECKOUT_URL && new URL(`${driverPage(reference)}/receipt`, this.settings.CHECKOUT_URL).href;
    await this.mailer.send({
      ...{ id: mailId, to: address, subject: `${title} · ${issuer.name}` },
      text: [issuer.name, ...documents.map((document) => sumOf(document, language)), link].filter(Boolean).join('\n\n'),
      attachment: { name: `${number}.pdf`, content: await receiptPdf(documents, language) },
    });
  }

  private async settle({ operatorId, mailId }: ReceiptMail): Promise<void> {
    const isErased = this.settings.MAIL_ADDRESS_DAYS === 0;
    const at = this.clock.now();
    await this.database.transaction([operatorId], (tx) => this.mails.settle(tx, mailId, { at, isErased }));
  }

  private async erase(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.settings.MAIL_ADDRESS_DAYS * DAY_MS);
    await this.database.transaction([], async (tx) => {
      await tx.see(await knownOperatorIds(tx));
      await this.mails.eraseSettled(tx, before);
    });
  }
}

function sumOf({ kind, number, gross, currency, timeZone }: ReceiptDocument, language: LanguageCode): string {
  const { labels, tag } = LANGUAGES[language];
  const { receipt, creditNote } = labels.receipt;
  return `${kind === 'receipt' ? receipt : creditNote} ${number}: ${new Figures(tag, timeZone).money(gross, currency)}`;
}

/** Servers name the address in what they answer, and the delivery log keeps that. */
function withoutAddress(error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new Error(`the mail server did not take it (${code})`);
}
