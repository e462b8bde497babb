import { Inject, Injectable } from '@nestjs/common';
import { Database, type Transaction, lowestIdAt } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, KnownOperators, problem } from '@chargemesh/service';
import { pageUrl } from '../checkout/page-url.js';
import { isLanguage } from '../checkout/languages/languages.js';
import { PageTextsStore } from '../checkout/page-texts.store.js';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { driverPage } from '../payments/checkout.port.js';
import { linkUntil } from '../payments/payment.deadlines.js';
import type { Payment } from '../payments/payment.entity.js';
import { PaymentsStore } from '../payments/payments.store.js';
import { PlacesStore } from '../projections/places.store.js';
import type { LinkMail, SentLink } from './link-mails.schema.js';
import { isAddress } from './mail.form.js';
import { MailQueue } from './mail-queue.js';
import type { Mail } from './mailer.js';
import { MailsStore, type QueuedMail } from './mails.store.js';

/** Of one payment in an hour: addresses are misheard, and nobody's mailbox is to be filled. */
const OF_PAYMENT_AT_MOST = 3;
const HOUR_S = 3_600;

/** Sends drivers who call the link of their page. Nothing of their address is kept once the mail server has the mail. */
@Injectable()
export class LinkMails {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly queue: MailQueue,
    private readonly mails: MailsStore,
    private readonly payments: PaymentsStore,
    private readonly places: PlacesStore,
    private readonly texts: PageTextsStore,
    private readonly operators: KnownOperators,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
  ) {
    queue.writtenBy('link', (mail) => this.write(mail));
  }

  /** Undefined, where links are sent by mail; else the setting that is missing for it. */
  get missing(): string | undefined {
    if (!this.queue.isOpen) return 'SMTP_URL';
    return this.settings.CHECKOUT_URL === undefined ? 'CHECKOUT_URL' : undefined;
  }

  /** Durable before it answers. */
  async send(caller: Caller, paymentId: string, { address, language, note }: LinkMail): Promise<SentLink> {
    const { operatorId } = caller;
    const { missing } = this;
    if (missing !== undefined) throw problem('mails-not-configured', { detail: `${missing} is not set` });
    if (!isAddress(address)) throw problem('bad-request', { detail: 'this is no address', pointer: '/address' });
    return this.database.transaction([operatorId], async (tx) => {
      const payment = await this.payments.find(tx, { operatorId, paymentId });
      if (!payment) throw problem('not-found');
      const until = linkUntil(payment, this.settings.DRIVER_LINK_DAYS);
      if (until && until <= this.clock.now()) throw problem('link-expired');
      await this.demandRoom(tx, { operatorId, paymentId });
      const inLanguage = language ?? (isLanguage(payment.language) ? payment.language : 'en');
      await this.queue.add(tx, { kind: 'link', operatorId, paymentId, address, language: inLanguage });
      // Not to whom: that is nowhere once the mail is sent.
      await this.audit.add(tx, caller, 'send-link', 'payment', paymentId, { note, language: inLanguage });
      return { link: this.linkOf(payment), language: inLanguage };
    });
  }

  private async demandRoom(tx: Transaction, of: Pick<QueuedMail, 'operatorId' | 'paymentId'>): Promise<void> {
    await tx.lock([`mails with links of ${of.operatorId}`]);
    const since = lowestIdAt(new Date(this.clock.now().getTime() - HOUR_S * 1_000));
    const { ofOperator, ofPayment } = await this.mails.linksSince(tx, of, since);
    if (ofPayment >= OF_PAYMENT_AT_MOST)
      throw problem('too-many-requests', {
        ...{ detail: `${OF_PAYMENT_AT_MOST} mails were sent of this payment within an hour`, retryAfterS: HOUR_S },
      });
    if (ofOperator >= this.settings.LINK_MAILS_PER_HOUR)
      throw problem('too-many-requests', {
        ...{ detail: `${ofOperator} mails with links were sent within an hour`, retryAfterS: HOUR_S },
      });
  }

  private async write({ operatorId, paymentId, language }: QueuedMail): Promise<Omit<Mail, 'id' | 'to'> | undefined> {
    const [payment, texts] = await this.database.transaction([operatorId], async (tx) => [
      await this.payments.find(tx, { operatorId, paymentId }),
      await this.texts.textsOf(tx, operatorId, language),
    ]);
    if (!payment) return undefined;
    const { stationId, evseId } = payment;
    const [operator, evse] = await Promise.all([this.operators.get(operatorId), this.places.at(stationId, evseId)]);
    const [title, name] = [texts.labels.title, operator?.name ?? ''];
    const { address, city } = evse?.place ?? {};
    const point = [evse?.evseRef ?? `${stationId}:${evseId}`, address, city].filter(Boolean).join(', ');
    return {
      subject: [title, name].filter(Boolean).join(' · '),
      text: [name, `${texts.labels.chargingPoint}: ${point}`, this.linkOf(payment), texts.sentence('keepLink').text]
        .filter(Boolean)
        .join('\n\n'),
    };
  }

  private linkOf({ reference }: Payment): string {
    return pageUrl(this.settings.CHECKOUT_URL ?? '', driverPage(reference));
  }
}
