import { Inject, Injectable } from '@nestjs/common';
import { type CallInHand, Outbound, type Outcome } from '@chargemesh/outbound';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, problem } from '@chargemesh/service';
import { ClearancesStore } from '../clearance/clearances.store.js';
import { registrationRuleOf } from '../clearance/country-rules.js';
import type { PaymentView } from '../payments/checkout.port.js';
import { PaymentsStore } from '../payments/payments.store.js';
import { CALL_HANDLERS, type CallHandlers } from '../providers/outbound.js';
import { SANDBOX } from '../providers/sandbox/sandbox.provider.js';
import { ReceiptsStore } from '../receipts/receipts.store.js';
import { FiscalAccounts } from './accounts/fiscal-accounts.service.js';
import { type FiscalAccount, FiscalAccountsStore } from './accounts/fiscal-accounts.store.js';
import { FiscalAccountRefused, type FiscalReceipt, FiscalRefused } from './fiscal.port.js';
import { FiscalSystems } from './fiscal-systems.js';
import type { Registration } from './registration.js';
import { asked } from './registrations.decide.js';
import { type AskedRegistration, RegistrationsStore } from './registrations.store.js';

const CALL = 'fiscal-registration';
/** Laws want what was sold registered, however long a system is away; after that a person has to ask again. */
const ASKED_FOR_MS = 180 * 86_400_000;
const NO_ACCOUNT = 'there is no account at a fiscal system for it';
const SENT_BY_ANOTHER = 'another attempt has just sent it';

type Called = Pick<AskedRegistration, 'receiptId' | 'operatorId' | 'paymentId' | 'country' | 'system'>;
type PaymentOf = Pick<PaymentView, 'operatorId' | 'paymentId'>;

/** Has receipts and credit notes registered with tax authorities: asked for in the transaction that issues them, made by the workers. */
@Injectable()
export class FiscalRegistrations {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly outbound: Outbound,
    private readonly audit: Audit,
    private readonly store: RegistrationsStore,
    private readonly accounts: FiscalAccounts,
    private readonly accountsStore: FiscalAccountsStore,
    private readonly systems: FiscalSystems,
    private readonly receipts: ReceiptsStore,
    private readonly payments: PaymentsStore,
    private readonly clearances: ClearancesStore,
    @Inject(CALL_HANDLERS) handlers: CallHandlers,
  ) {
    handlers.set(CALL, (call, signal) => this.make(call, signal));
  }

  /** Where the country wants it. A credit note is registered if its receipt is, and after it: nothing is taken back that was not told. */
  async ask(tx: Transaction, payment: PaymentOf, { receiptId, document }: FiscalReceipt): Promise<void> {
    const { kind, supply, issuedAt } = document;
    const { country } = supply;
    const rule = registrationRuleOf(country);
    if (!rule || country === undefined) return;
    const { operatorId, paymentId } = payment;
    const account = await this.accountsStore.find(tx, operatorId, country);
    const about = { receiptId, operatorId, paymentId, country, system: account?.system ?? rule.systems[0] };
    const add = () => this.store.add(tx, { ...about, ...asked(rule, new Date(issuedAt)) });
    if (kind === 'credit-note') {
      const receipt = await this.store.ofReceipt(tx, paymentId);
      if (receipt !== undefined) await add();
      if (receipt === 'registered') await this.call(tx, [about]);
    } else if (
      (await this.isSale(tx, payment)) &&
      (account || !(await this.clearances.find(tx, operatorId, country)))
    ) {
      await add();
      await this.call(tx, [about]);
    }
  }

  /** Of one that was refused, when what was wrong is mended, or that is late: its call may have waited until its time was over. */
  again(caller: Caller, receiptId: string): Promise<void> {
    const { operatorId } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      const found = await this.store.find(tx, receiptId);
      if (found?.operatorId !== operatorId) throw problem('not-found');
      const receipt = found.kind === 'credit-note' ? await this.store.ofReceipt(tx, found.paymentId) : 'registered';
      if (receipt !== 'registered')
        throw problem('conflict', { detail: `the registration of its receipt is ${receipt ?? 'missing'}` });
      if (!(await this.store.again(tx, receiptId, this.clock.now())))
        throw problem('conflict', { detail: `its registration is ${found.state}` });
      await this.call(tx, [found]);
      await this.audit.add(tx, caller, 'register-again', 'receipt', receiptId, {});
    });
  }

  /** The sandbox takes no money, so that nothing was sold. */
  private async isSale(tx: Transaction, { operatorId, paymentId }: PaymentOf): Promise<boolean> {
    const payment = await this.payments.find(tx, { operatorId, paymentId });
    return payment !== null && payment.provider !== SANDBOX;
  }

  private async call(tx: Transaction, all: readonly Called[]): Promise<void> {
    const expiresAt = new Date(this.clock.now().getTime() + ASKED_FOR_MS);
    const calls = all.map(({ operatorId, paymentId, country, system, receiptId }) => ({
      ...{ operatorId, destination: `fiscal:${system}:${country}`, orderKey: paymentId, kind: CALL },
      // Asked for again, it is made once all the same.
      ...{ coalesceKey: receiptId, body: { receiptId }, expiresAt },
    }));
    await this.outbound.add(tx, calls);
  }

  /** What it throws is tried again, under the same id of the receipt. */
  private async make({ operatorId, body }: CallInHand, signal: AbortSignal): Promise<Outcome> {
    const receiptId = String(body['receiptId']);
    const within = <T>(work: (tx: Transaction) => Promise<T>) => this.database.transaction([operatorId], work);
    const known = await within(async (tx) => {
      const wanted = await this.store.find(tx, receiptId);
      const row = wanted && (await this.receipts.find(tx, operatorId, receiptId));
      const account = wanted && (await this.accountsStore.find(tx, operatorId, wanted.country));
      return row && { wanted, document: row.document, account };
    });
    if (known?.wanted.state !== 'waiting') return { result: 'delivered' };
    const { wanted, document, account } = known;
    const by = accountOf(wanted, account);
    const access = await this.accounts.accessOf(by);
    const isFirst = wanted.register === null;
    if (isFirst && !(await within((tx) => this.store.sentTo(tx, receiptId, by)))) throw new Error(SENT_BY_ANOTHER);
    try {
      const registration = await this.systems.of(by.system).register({ receiptId, document }, access, signal);
      await within((tx) => this.registered(tx, wanted, registration));
      return { result: 'delivered', answer: registration.reference };
    } catch (error) {
      if (isFirst && error instanceof FiscalAccountRefused) await within((tx) => this.store.notSent(tx, receiptId));
      if (!(error instanceof FiscalRefused)) throw error;
      await within((tx) => this.store.refused(tx, receiptId, error.message, this.clock.now()));
      return { result: 'rejected', answer: error.message };
    }
  }

  /** Its credit notes have waited for that. */
  private async registered(tx: Transaction, { receiptId, kind, paymentId }: AskedRegistration, by: Registration) {
    await this.store.registered(tx, receiptId, by, this.clock.now());
    if (kind === 'receipt') await this.call(tx, await this.store.notesThatWait(tx, paymentId));
  }
}

/** What was sent once, and may be registered, goes to the same register again; by the secret that this has now. */
function accountOf(sent: AskedRegistration, now: FiscalAccount | undefined): Omit<FiscalAccount, 'enabled'> {
  const { operatorId, country, system, register, secretName } = sent;
  if (register !== null && secretName !== null && (now?.system !== system || now.register !== register))
    return { operatorId, country, system, register, secretName };
  if (!now) throw new Error(NO_ACCOUNT);
  return now;
}
