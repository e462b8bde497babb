import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type CallInHand, Outbound, type Outcome } from '@chargemesh/outbound';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, Retention, Schedule, forAllOperators } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { CALL_HANDLERS, type CallHandlers } from '../providers/outbound.js';
import { type Mail, Mailer, isRefusedForGood } from './mailer.js';
import { type MailKind, MailsStore, type QueuedMail } from './mails.store.js';

/** What was never sent is not sent after it, and its address is not kept. */
const ROW_DAYS = 30;
const DAY_MS = 86_400_000;
const ERASE_EVERY_MS = 3_600_000;

/** What a mail says; undefined, if there is nothing to say any more. */
type Write = (mail: QueuedMail) => Promise<Omit<Mail, 'id' | 'to'> | undefined>;

/** Mails to drivers: made by the outbound workers, and their addresses forgotten after it. */
@Injectable()
export class MailQueue implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    private readonly outbound: Outbound,
    private readonly mailer: Mailer,
    private readonly mails: MailsStore,
    retention: Retention,
    @Inject(CALL_HANDLERS) private readonly handlers: CallHandlers,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
  ) {
    retention.keep({ table: 'receipt_mails', key: 'mail_id', days: Math.max(ROW_DAYS, settings.MAIL_ADDRESS_DAYS) });
  }

  onApplicationBootstrap(): void {
    this.schedule.every('addresses of receipts', ERASE_EVERY_MS, () => this.erase(), { exclusive: true });
  }

  /** Whether mails are sent here. */
  get isOpen(): boolean {
    return this.mailer.host !== undefined;
  }

  /** Says who writes the mails of a kind. */
  writtenBy(kind: MailKind, write: Write): void {
    this.handlers.set(callOf(kind), (call) => this.make(call, write));
  }

  /** Durable with the transaction. */
  async add(tx: Transaction, asked: Omit<QueuedMail, 'mailId'>): Promise<void> {
    const mailId = uuidv7({ msecs: this.clock.now().getTime() });
    await this.mails.add(tx, { ...asked, mailId });
    // The address is not in the call, which is kept longer than that.
    const call = {
      operatorId: asked.operatorId,
      destination: `mail:${this.mailer.host ?? ''}`,
      orderKey: mailId,
      kind: callOf(asked.kind),
      body: { mailId },
    };
    await this.outbound.add(tx, [call]);
  }

  /** What it throws is tried again. */
  private async make({ operatorId, body }: CallInHand, write: Write): Promise<Outcome> {
    const mailId = String(body['mailId']);
    const mail = await this.database.transaction([operatorId], (tx) => this.mails.find(tx, mailId));
    const written = mail && (await write(mail));
    if (!mail || !written) return { result: 'delivered' };
    try {
      await this.mailer.send({ id: mailId, to: mail.address, ...written });
    } catch (error) {
      if (!isRefusedForGood(error)) throw withoutAddress(error);
      await this.settle(mail, true);
      return { result: 'rejected', answer: 'the mail server refused it' };
    }
    await this.settle(mail, false);
    return { result: 'delivered' };
  }

  /** Of a link nobody asks later to whom it went. */
  private async settle({ operatorId, mailId, kind }: QueuedMail, isRefused: boolean): Promise<void> {
    const isErased = kind === 'link' || this.settings.MAIL_ADDRESS_DAYS === 0;
    const at = this.clock.now();
    await this.database.transaction([operatorId], (tx) => this.mails.settle(tx, mailId, { at, isErased, isRefused }));
  }

  private async erase(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.settings.MAIL_ADDRESS_DAYS * DAY_MS);
    await forAllOperators(this.database, (tx) => this.mails.eraseSettled(tx, before));
  }
}

const callOf = (kind: MailKind): string => `${kind}-mail`;

/** Servers name the address in what they answer, and the delivery log keeps that. */
function withoutAddress(error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new Error(`the mail server did not take it (${code})`);
}
