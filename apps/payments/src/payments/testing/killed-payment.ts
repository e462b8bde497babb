import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Event,
  SessionCost,
  SessionHeld,
  SessionUpdated,
  StartAnswered,
  StopAnswered,
  newEvent,
} from '@chargemesh/contracts';
import { until } from '@chargemesh/testing';
import { cdr, finalized, started } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import type { Payment } from '../payment.entity.js';
import { ended, sessionOf } from './bench.js';
import { DECIDED } from './facts.js';
import type { InputName } from './inputs.js';
import type { Asked } from './killed-process.js';
import type { Browsing, KilledPayments } from './killed-payments.js';

/** What the tables say of a payment and of its checkout at the sandbox. */
export interface Row
  extends
    Pick<Payment, 'state' | 'reason' | 'captureAmount' | 'capturedAmount' | 'refundWanted' | 'refundedAmount' | 'due'>,
    Pick<Payment, 'holdState' | 'stopWanted' | 'sessionId' | 'currency' | 'dueCurrency' | 'goodwill'>,
    Pick<Payment, 'tokenUid' | 'startRequestId'> {
  readonly paymentId: string;
  readonly checkoutRef: string;
  /** At the sandbox, in cents. */
  readonly outcome: string | null;
  readonly isReleased: boolean;
  readonly taken: number | null;
  readonly returned: number;
}

const ROW = `SELECT p.state, p.reason, p.hold_state AS "holdState", p.capture_amount AS "captureAmount", p.currency,
  p.captured_amount AS "capturedAmount", p.refund_wanted AS "refundWanted", p.refunded_amount AS "refundedAmount", p.due,
  p.due_currency AS "dueCurrency", p.stop_wanted AS "stopWanted", p.session_id AS "sessionId", p.token_uid AS "tokenUid", p.start_request_id AS "startRequestId", p.goodwill,
  p.payment_id AS "paymentId", c.checkout_ref AS "checkoutRef", c.outcome, c.released_at IS NOT NULL AS "isReleased",
  c.captured::int AS taken, c.refunded::int AS returned
  FROM payments.payments AS p JOIN payments.sandbox_checkouts AS c USING (payment_id) WHERE p.reference = $1`;
/** Ten minutes in all: a busy machine may take long. */
const [PAUSE_MS, TURNS, AGAIN_AFTER] = [200, 3_000, 50];
const CLOSED = new Set(['captured', 'refunded', 'released', 'declined', 'failed']);

/** One payment, and all that others and time do to it, by the names of `INPUTS`. */
export class KilledPayment {
  private session: ReturnType<typeof sessionOf>;
  private startRequestId: string;

  private constructor(
    private readonly payments: KilledPayments,
    private readonly given: Browsing & { readonly reference: string },
    readonly paymentId: string,
    private readonly checkoutRef: string,
    tokenUid: string,
  ) {
    this.startRequestId = paymentId;
    this.session = sessionOf({ stationId: `CS-${given.place}`, tokenUid });
  }

  /** Of an operator of its own, so that none waits for the calls of another. */
  static async open(payments: KilledPayments, place: number): Promise<KilledPayment> {
    const browsing = { place, operatorId: uuidv7(), attempt: uuidv7() };
    await payments.admit(browsing.operatorId);
    const { reference } = await payments.open(browsing);
    const given = { ...browsing, reference };
    const { rows } = await payments.admin.query<Row>(ROW, [given.reference]);
    const [row] = rows;
    if (!row) throw new Error('the payment that was opened is not there');
    const payment = new KilledPayment(payments, given, row.paymentId, row.checkoutRef, row.tokenUid);
    await payments.cuts.provider(row.paymentId, 'down');
    return payment;
  }

  get place(): number {
    return this.given.place;
  }

  async row(): Promise<Row> {
    const { rows } = await this.payments.admin.query<Row>(ROW, [this.given.reference]);
    if (!rows[0]) throw new Error('the payment is not there any more');
    return rows[0];
  }

  /** Does something, and leaves open what comes of it. */
  async do(input: InputName): Promise<void> {
    // Another try has another token.
    const { tokenUid: uid, startRequestId } = await this.row();
    this.startRequestId = startRequestId;
    this.session = { ...this.session, token: { ...this.session.token!, uid, contractId: uid } };
    await this.deeds()[input]();
  }

  private deeds(): Readonly<Record<InputName, () => Promise<unknown>>> {
    const at = new Date().toISOString();
    const { operatorId } = this.given;
    const { session } = this;
    const approved = (amount: number, lasts: string) => () =>
      this.atProvider(`outcome = 'approve', decided_at = now(), captured = NULL, released_at = NULL, amount = ${amount},
        capture_before = now() + interval '${lasts}'`);
    const held = this.subject(5);
    return {
      approved: approved(5_000, '7 days'),
      'approved for less': approved(4_000, '7 days'),
      'approved, and the hold nearly ends': approved(5_000, '1 hour'),
      'approved after all': approved(5_000, '7 days'),
      declined: () => this.atProvider(`outcome = 'decline', decided_at = now()`),
      'given back by the provider': () => this.atProvider('released_at = now()'),
      'captured by hand': () => this.atProvider('captured = amount'),
      'captured unheard': () =>
        this.atProvider(`outcome = 'approve', decided_at = now(), released_at = NULL, captured = amount`),
      'captured as asked': () => this.providerGoesOn(),
      'capture refused': async () => {
        await this.payments.ask({ do: 'refuse captures', paymentId: this.paymentId });
        await this.providerGoesOn();
        await until(async () => (await this.row()).state === 'capture-failed');
        await this.payments.ask({ do: 'take captures', paymentId: this.paymentId });
      },
      'refunded by hand': () => this.atProvider('refunded = captured'),
      'start-accepted': () => this.tell(this.startAnswered('accepted', at)),
      'start-unknown': () => this.tell(this.startAnswered('unknown', at)),
      'start-refused': () => this.tell(this.startAnswered('rejected', at)),
      'session-started': () => this.tell(started(operatorId, session)),
      'session-ended': () => this.tell({ ...ended(session), operatorId }),
      'session-finalized': () => this.tell(finalized(operatorId, session)),
      'session-held': () =>
        this.tell(
          newEvent(SessionHeld, {
            ...{ operatorId, time: at },
            data: { ...held, reasons: ['above-limit'], explanation: 'More than believed.', flags: [] },
          }),
        ),
      'second-session': () => this.tell(started(operatorId, { ...session, sessionId: uuidv7() })),
      'cost at the limit': () => this.tell(this.cost('48.00', at)),
      cdr: () => this.tell(this.cdr('12.34')),
      'cdr of nothing': () => this.tell(this.cdr('0.00')),
      'cdr of less': () => this.tell(this.cdr('5.00')),
      'cdr in another currency': () => this.tell(this.cdr('12.34', 'SEK')),
      measured: () => this.tell(this.measured(at)),
      'tried again': () => this.payments.open(this.given),
      'refund asked': () => this.take({ type: 'refund-asked', amount: '2.00', ...DECIDED }),
      'capture asked': () => this.take({ type: 'capture-asked', ...DECIDED }),
      'release asked': () => this.take({ type: 'release-asked', ...DECIDED }),
      'written off': () => this.take({ type: 'written-off', ...DECIDED }),
      'driver stops': () => this.payments.ask({ do: 'stop', reference: this.given.reference }),
      'stop-accepted': () => this.tell(this.stopAnswered('accepted', at)),
      'stop-failed': () => this.tell(this.stopAnswered('not-connected', at)),
      'nothing-to-stop': () => this.tell(this.stopAnswered('nothing-to-stop', at)),
      deadline: () => this.deadline(),
    };
  }

  /** It does what it is asked from now on, and what it was asked for in vain is asked again. */
  async providerGoesOn(): Promise<void> {
    await this.payments.cuts.provider(this.paymentId, 'up');
    await this.look();
  }

  /** Until nothing is open: whatever it needs happens, as it would in days. */
  async settle(): Promise<void> {
    await this.payments.cuts.provider(this.paymentId, 'up');
    let before = '';
    for (let turn = 0; turn < TURNS; turn++) {
      const row = await this.row();
      if (isAtRest(row)) return;
      const now = JSON.stringify(row);
      // What was done last may take its time, or have been in vain.
      if (now !== before || turn % AGAIN_AFTER === 0) await this.nextOf(row);
      before = now;
      await sleep(PAUSE_MS);
    }
    throw new Error(`it comes to no rest: ${JSON.stringify(await this.row())}`);
  }

  private async nextOf({ state, stopWanted, outcome, due, dueCurrency, currency }: Row): Promise<void> {
    if (state === 'authorizing') return outcome === null ? this.atProvider('expires_at = now()') : this.look();
    if (state === 'start-failed') return this.do('driver stops');
    if (state === 'starting' || state === 'waiting-for-plug')
      return stopWanted === null ? this.do('driver stops') : this.do('nothing-to-stop');
    if (state === 'charging') return this.do('session-ended');
    if (state === 'ended' || state === 'checking') return this.do('cdr');
    if (state === 'capture-failed') {
      if (due === null || dueCurrency !== currency) return this.do('cdr of less');
      // What is stopped again at the same time comes before a capture.
      await this.do('nothing-to-stop');
      return this.deadline();
    }
    return this.look();
  }

  private async atProvider(change: string): Promise<void> {
    await this.payments.admin.query(`UPDATE payments.sandbox_checkouts SET ${change} WHERE payment_id = $1`, [
      this.paymentId,
    ]);
    await this.look();
  }

  /** A webhook comes; that it has its state read, and all else that waits, is not waited for. */
  private async look(): Promise<void> {
    const { operatorId } = this.given;
    await this.payments.cuts.again();
    await this.payments.ask({ do: 'tell', operatorId, checkoutRef: this.checkoutRef, eventId: uuidv7() });
  }

  private async deadline(): Promise<void> {
    await this.payments.admin.query(
      `UPDATE payments.payments SET deadline_at = now(), stop_again_at = CASE WHEN stop_again_at IS NOT NULL THEN now() END,
         retry_until = CASE WHEN retry_until IS NOT NULL THEN now() END
       WHERE payment_id = $1`,
      [this.paymentId],
    );
    await this.take({ type: 'deadline' });
  }

  private async take(event: Extract<Asked, { do: 'take' }>['event']): Promise<void> {
    const { operatorId } = this.given;
    await this.payments.ask({ do: 'take', operatorId, paymentId: this.paymentId, event });
  }

  private tell(event: Event): Promise<void> {
    return this.payments.send(event);
  }

  private subject(version: number) {
    const { sessionId, stationId, evseId, transactionId, token } = this.session;
    return { sessionId, version, stationId, evseId, transactionId, ...(token ? { token } : {}) };
  }

  private startAnswered(status: 'accepted' | 'unknown' | 'rejected', at: string): Event {
    const { operatorId } = this.given;
    const { stationId } = this.session;
    const data = { requestId: this.startRequestId, stationId, evseId: 1, status, at };
    return newEvent(StartAnswered, { operatorId, time: at, data });
  }

  private stopAnswered(status: 'accepted' | 'not-connected' | 'nothing-to-stop', at: string): Event {
    const data = { requestId: this.startRequestId, stopId: uuidv7(), status, at };
    return newEvent(StopAnswered, { operatorId: this.given.operatorId, time: at, data });
  }

  private measured(at: string): Event {
    const { token: _token, ...subject } = this.subject(2);
    return newEvent(SessionUpdated, {
      operatorId: this.given.operatorId,
      time: at,
      data: { ...subject, at, energyWh: 2_000 },
    });
  }

  private cost(totalInclTaxes: string, at: string): Event {
    const { token: _token, ...subject } = this.subject(1);
    const counted = { currency: 'EUR', totalBeforeTaxes: '1', totalInclTaxes, energyWh: 5_000, at, final: false };
    return newEvent(SessionCost, { operatorId: this.given.operatorId, time: at, data: { ...subject, ...counted } });
  }

  private cdr(totalInclTaxes: string, currency = 'EUR'): Event {
    const { sessionId, stationId, token } = this.session;
    return cdr(this.given.operatorId, { sessionId, stationId, token, totalInclTaxes, currency });
  }
}

/** Nothing is held, nothing can be paid any more, and nothing is owed to the driver. */
export function isAtRest({ state, outcome, isReleased, taken, returned, ...row }: Row): boolean {
  const isClosed = CLOSED.has(state) || state === 'capture-failed';
  const isHeld = outcome === 'approve' && !isReleased && taken === null;
  const cents = (amount: string): number => Math.round(Number(amount) * 100);
  const isKnown = cents(row.capturedAmount) === (taken ?? 0) && cents(row.refundedAmount) === returned;
  return isClosed && !isHeld && isKnown && cents(row.refundWanted) <= returned;
}
