import { Get, Inject, Query, Req } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import {
  ApiController,
  type Caller,
  CallerOf,
  Clock,
  Endpoint,
  ForHotline,
  type HttpRequest,
  Needs,
  checked,
  problem,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { LinkMails } from '../mail/link-mails.service.js';
import { MailsStore } from '../mail/mails.store.js';
import type { Payment } from '../payments/payment.entity.js';
import { PaymentsStore } from '../payments/payments.store.js';
import { EvsesInUse } from '../projections/evses-in-use.js';
import { PlacesStore } from '../projections/places.store.js';
import { Providers } from '../providers/providers.js';
import { checkoutBase } from '../checkout/page-url.js';
import { caseOf } from './helpdesk.case.js';
import { HelpdeskCases, HelpdeskQuery } from './helpdesk.schema.js';
import { soughtBy } from './helpdesk.search.js';

const CASES_AT_MOST = 20;

/** From what a caller on the phone knows to the payment. What is done then is on record with who and why. */
@ApiController('payments', 'helpdesk')
export class HelpdeskController {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: PaymentsStore,
    private readonly places: PlacesStore,
    private readonly inUse: EvsesInUse,
    private readonly providers: Providers,
    private readonly linkMails: LinkMails,
    private readonly mails: MailsStore,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
  ) {}

  @Get('payments')
  @Needs('operator')
  @ForHotline()
  @Endpoint({
    summary: 'Payments by what a caller knows, in words and with what can be done; the newest first, 20 at most',
    query: HelpdeskQuery,
    answer: HelpdeskCases,
  })
  async find(
    @CallerOf() { operatorId, role }: Caller,
    @Query(checked(HelpdeskQuery)) query: Static<typeof HelpdeskQuery>,
    @Req() request: HttpRequest,
  ): Promise<HelpdeskCases> {
    const { evse, language = 'en' } = query;
    const place = evse === undefined ? undefined : await this.places.named(evse);
    if (evse !== undefined && place?.operatorId !== operatorId) throw problem('not-found', { evse });
    const sought = soughtBy(query, place);
    const [found, charging, mails] = await this.database.transaction([operatorId], async (tx) => {
      const payments = await this.store.knownBy(tx, { ...sought, operatorId, limit: CASES_AT_MOST });
      const ids = payments.map(({ paymentId }) => paymentId);
      const sessions = await this.inUse.sessionsAt(tx, operatorId, stationsOf(payments));
      return [payments, sessions, await this.mails.ofPayments(tx, operatorId, ids)] as const;
    });
    const evses = await this.places.ofOperator(operatorId, stationsOf(found));
    const base = checkoutBase(this.settings, request);
    const now = this.clock.now();
    const caseFor = (payment: Payment) =>
      caseOf(payment, {
        ...{ base, now, role, language, canMail: this.linkMails.missing === undefined },
        canRefund: this.providers.canRefund(payment),
        mails: mails.filter(({ paymentId }) => paymentId === payment.paymentId),
        evse: evses.find((evse) => isAt(payment, evse)),
        sessionIds: charging.filter((session) => isAt(payment, session)).map(({ sessionId }) => sessionId),
      });
    return { cases: found.map(caseFor) };
  }
}

const stationsOf = (payments: readonly Payment[]): string[] => [...new Set(payments.map(({ stationId }) => stationId))];

function isAt(payment: Payment, { stationId, evseId }: { readonly stationId: string; readonly evseId: number }) {
  return payment.stationId === stationId && payment.evseId === evseId;
}
