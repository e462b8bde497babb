import { Inject, Injectable } from '@nestjs/common';
import { compare, decimalPlaces, formatAmount, minorDigits, parseDecimal } from '@chargemesh/money';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, Schedule, problem } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { strongestPower } from '../checkout/availability.js';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { type Offer, driverPage } from '../payments/checkout.port.js';
import { isTaken } from '../payments/evse-taken.js';
import { newPayment } from '../payments/new-payment.js';
import { PaymentEffects } from '../payments/payment.effects.js';
import type { Payment } from '../payments/payment.entity.js';
import { beforeEndOf } from '../payments/payment.guards.js';
import { DEADLINES } from '../payments/payments.service.js';
import { PaymentsStore } from '../payments/payments.store.js';
import { newTokenUid } from '../payments/references.js';
import { type Hold, holdOf } from '../prices/holds.js';
import type { EvseAtPlace } from '../projections/places.store.js';
import type { AuthorizationBody, AuthorizationView, SettlementBody, SettlementView } from './authorizations.schema.js';
import { AuthorizationsStore, type TerminalAuthorization } from './authorizations.store.js';
import { SettlementsStore, type TerminalSettlement, referenceKey } from './settlements.store.js';
import { TerminalOffers } from './terminal.offers.js';
import { TERMINAL } from './terminal.name.js';
import { Terminals } from './terminals.service.js';

/** So long a session may be before it is stopped because of the end of its hold. */
const CHARGES_AT_LEAST_MS = 86_400_000;

/** What the operators of terminals tell that no station speaks for: of a kiosk, or beside a station of OCPP 1.6. */
@Injectable()
export class TerminalAuthorizations {
  constructor(
    private readonly database: Database,
    private readonly payments: PaymentsStore,
    private readonly authorizations: AuthorizationsStore,
    private readonly settlements: SettlementsStore,
    private readonly terminals: Terminals,
    private readonly effects: PaymentEffects,
    private readonly offers: TerminalOffers,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
  ) {}

  /** Begins the payment and has its session started; the same authorization again is the same payment. */
  async begin(caller: Caller, body: AuthorizationBody): Promise<AuthorizationView> {
    const { operatorId } = caller;
    const about = { operatorId, reference: referenceKey(body.reference) };
    const hold = this.holdOf(body);
    const known = await this.database.transaction([operatorId], (tx) => this.known(tx, about, body, hold));
    if (known) return known;
    this.checkHeldFor(body);
    const { evse, offer } = await this.offers.at(operatorId, body);
    return this.database.transaction([operatorId], async (tx) => {
      await this.authorizations.lock(tx, [about]);
      const meanwhile = await this.known(tx, about, body, hold);
      if (meanwhile) return meanwhile;
      if (await isTaken(tx, evse))
        throw problem('conflict', { detail: 'somebody has paid at this EVSE, or charges there' });
      const view = await this.add(tx, about, body, this.paymentOf(evse, offer, hold));
      await this.audit.add(tx, caller, 'authorize', 'terminal-authorization', about.reference, body);
      return view;
    });
  }

  async get({ operatorId }: Caller, reference: string): Promise<AuthorizationView> {
    const view = await this.database.transaction([operatorId], async (tx) => {
      const found = await this.find(tx, { operatorId, reference: referenceKey(reference) });
      return found && viewOf(found);
    });
    if (!view) throw problem('not-found');
    return view;
  }

  /** Told before its authorization it waits for that; the same again changes nothing. */
  settle(caller: Caller, { amount, settledAt, ...body }: SettlementBody): Promise<SettlementView> {
    const { operatorId, subject } = caller;
    const reference = referenceKey(body.reference);
    const toldAt = this.clock.now();
    const word: TerminalSettlement = {
      ...{ settlementId: uuidv7({ msecs: toldAt.getTime() }), operatorId, reference, status: body.status, amount },
      ...{ settledAt: new Date(settledAt), toldBy: subject, toldAt, stationId: null, transactionId: null },
      ...{
        statusInfo: body.statusInfo ?? null,
        receiptId: body.receiptId ?? null,
        receiptUrl: body.receiptUrl ?? null,
      },
      ...{ vatNumber: null, vatCompany: null },
    };
    return this.database.transaction([operatorId], async (tx) => {
      const [payment] = await this.terminals.keep(tx, [word]);
      if (payment) checkDecimals(amount, payment);
      await this.audit.add(tx, caller, 'settle', 'terminal-authorization', reference, { ...body, amount, settledAt });
      return { reference, ...(payment ? { paymentId: payment.paymentId } : {}) };
    });
  }

  private holdOf({ amount, currency }: AuthorizationBody): Hold {
    const hold = holdOf({ currency, preauthorizeAmount: amount }, undefined, this.settings);
    if (!hold || compare(parseDecimal(hold.hold), parseDecimal(amount)) !== 0)
      throw problem('bad-request', { detail: 'the amount is none above zero in whole smallest units of a currency' });
    return hold;
  }

  /** Where a hold ends sooner, nothing is left to charge before it has to be given back. */
  private checkHeldFor(body: AuthorizationBody): void {
    const captureBefore = captureBeforeOf(body);
    const least = this.clock.now().getTime() + CHARGES_AT_LEAST_MS;
    if (captureBefore && beforeEndOf(captureBefore).getTime() < least)
      throw problem('bad-request', {
        detail: 'what is held for less than two days cannot be charged by',
        pointer: '/captureBefore',
      });
  }

  private paymentOf({ operatorId, stationId, evseId, connectors }: EvseAtPlace, offer: Offer, hold: Hold): Payment {
    const now = this.clock.now();
    const checkoutExpiresAt = new Date(now.getTime() + this.settings.CHECKOUT_MINUTES * 60_000);
    const at = { operatorId, stationId, evseId, tokenUid: newTokenUid(), language: 'en' };
    const paidAt = { provider: TERMINAL, providerAccountId: null, attempt: TERMINAL, checkoutExpiresAt };
    const maxPowerW = strongestPower(connectors) ?? null;
    return newPayment({ ...at, offer, ...hold, maxPowerW, ...paidAt }, now);
  }

  private async add(
    tx: Transaction,
    about: Pick<TerminalAuthorization, 'operatorId' | 'reference'>,
    body: AuthorizationBody,
    payment: Payment,
  ): Promise<AuthorizationView> {
    const { paymentId, hold: amount } = payment;
    const authorization: TerminalAuthorization = {
      ...{ authorizationId: uuidv7(), ...about, paymentId, amount },
      ...{ captureBefore: captureBeforeOf(body), captureWanted: null, releaseWanted: false },
    };
    await this.payments.add(tx, payment);
    await this.authorizations.add(tx, authorization);
    await this.settlements.pair(tx, about, paymentId);
    // Its state is read as of any payment: what is held has it started.
    await this.effects.look(tx, [{ ...payment, isTold: true }]);
    this.schedule.due(tx, DEADLINES, payment.checkoutExpiresAt);
    return viewOf({ authorization, payment });
  }

  private async known(
    tx: Transaction,
    about: Pick<TerminalAuthorization, 'operatorId' | 'reference'>,
    body: AuthorizationBody,
    { hold }: Hold,
  ): Promise<AuthorizationView | undefined> {
    const found = await this.find(tx, about);
    if (!found) return undefined;
    if (!isSame(found, body, hold))
      throw problem('conflict', { detail: 'the reference is that of another authorization' });
    return viewOf(found);
  }

  private async find(
    tx: Transaction,
    { operatorId, reference }: Pick<TerminalAuthorization, 'operatorId' | 'reference'>,
  ): Promise<Found | undefined> {
    const all = await this.authorizations.ofReferences(tx, [reference]);
    const authorization = all.find((one) => one.operatorId === operatorId);
    const payment = authorization && (await this.payments.find(tx, authorization));
    return payment ? { authorization, payment } : undefined;
  }
}

interface Found {
  readonly authorization: TerminalAuthorization;
  readonly payment: Payment;
}

function isSame({ authorization, payment }: Found, body: AuthorizationBody, hold: string): boolean {
  const isThere = payment.stationId === body.stationId && payment.evseId === body.evseId;
  const isHeldSo = payment.currency === body.currency && payment.hold === hold;
  return isThere && isHeldSo && authorization.captureBefore?.getTime() === captureBeforeOf(body)?.getTime();
}

function captureBeforeOf({ captureBefore }: AuthorizationBody): Date | null {
  return captureBefore === undefined ? null : new Date(captureBefore);
}

function checkDecimals(amount: string, { currency }: Payment): void {
  const digits = minorDigits(currency);
  if (decimalPlaces(parseDecimal(amount)) > digits)
    throw problem('bad-request', { detail: `${currency} has ${digits} decimals`, pointer: '/amount' });
}

function viewOf({ authorization, payment }: Found): AuthorizationView {
  const { reference, amount, captureWanted, releaseWanted } = authorization;
  const { paymentId, stationId, evseId, state, currency } = payment;
  const money = (value: string): string => formatAmount(parseDecimal(value), currency);
  return {
    ...{ reference, paymentId, stationId, evseId, state, currency, releaseWanted },
    ...(amount === null ? {} : { amount: money(amount) }),
    ...(captureWanted === null ? {} : { captureWanted: money(captureWanted) }),
    page: driverPage(payment.reference),
  };
}
