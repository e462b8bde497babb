import { Get, Query } from '@nestjs/common';
import { Currency, DecimalString, TimeZone, text } from '@chargemesh/contracts';
import { formatAmount, parseDecimal, subtract } from '@chargemesh/money';
import { Database } from '@chargemesh/persistence';
import { ApiController, type Caller, CallerOf, Endpoint, checked, nameSchemas, problem } from '@chargemesh/service';
import { type Static, Type } from 'typebox';
import { type DayOfPayouts, MovementsStore } from './movements.store.js';

const DAY_MS = 86_400_000;
const DAYS_AT_MOST = 92;

const Day = Type.String({ format: 'date', description: 'a day, such as 2026-03-01' });
const PayoutsQuery = Type.Object({
  from: Day,
  /** Inclusive. */
  to: Day,
  /** By whose days; UTC, if absent. */
  timeZone: Type.Optional(TimeZone),
});
const Payouts = Type.Object({
  days: Type.Array(
    Type.Object({
      day: Day,
      provider: text(50),
      currency: Currency,
      captures: Type.Integer({ minimum: 0 }),
      refunds: Type.Integer({ minimum: 0 }),
      captured: DecimalString,
      refunded: DecimalString,
      /** Captured less refunded, before what the provider takes for itself. */
      net: DecimalString,
    }),
  ),
});
nameSchemas({ Payouts });

/** What providers owe the operator for each day. */
@ApiController('payments', 'payouts')
export class PayoutsController {
  constructor(
    private readonly database: Database,
    private readonly store: MovementsStore,
  ) {}

  @Get()
  @Endpoint({
    summary: 'What was captured and given back by day, provider and currency; at most 92 days',
    query: PayoutsQuery,
    answer: Payouts,
  })
  async list(@CallerOf() { operatorId }: Caller, @Query(checked(PayoutsQuery)) query: Static<typeof PayoutsQuery>) {
    const { from, to, timeZone = 'UTC' } = query;
    const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
    // Before 1970 nobody was paid by us, and the database knows no year 0.
    if (!(days >= 1 && days <= DAYS_AT_MOST && Date.parse(from) >= 0))
      throw problem('bad-request', { detail: `from and to are at most ${DAYS_AT_MOST} days`, pointer: '/to' });
    if (!isTimeZone(timeZone))
      throw problem('bad-request', {
        detail: 'timeZone is an IANA time zone, such as Europe/Berlin',
        pointer: '/timeZone',
      });
    const rows = await this.database.transaction([operatorId], (tx) =>
      this.store.byDay(tx, operatorId, { from, to, timeZone }),
    );
    return { days: rows.map(dayOf) };
  }
}

function dayOf({ captured, refunded, ...row }: DayOfPayouts): Static<typeof Payouts>['days'][number] {
  const [taken, given] = [parseDecimal(captured), parseDecimal(refunded)];
  const amount = (value: typeof taken): string => formatAmount(value, row.currency);
  return { ...row, captured: amount(taken), refunded: amount(given), net: amount(subtract(taken, given)) };
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
