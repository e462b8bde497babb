import { Injectable } from '@nestjs/common';
import { Database, unnest } from '@chargemesh/persistence';
import { v7 as uuidv7 } from 'uuid';
import type { ProviderAccount } from '../accounts/provider-account.entity.js';
import type { AdyenEvent, AdyenRequest, AtAdyen } from './adyen.events.js';

export type AdyenAccount = Pick<ProviderAccount, 'operatorId' | 'accountId'>;

/** A page that was asked for, and what Adyen answered, if that came. */
export interface AskedLink {
  readonly asked: object;
  readonly linkId: string | null;
  readonly url: string | null;
}

const EVENT_COLUMNS = {
  ...{ eventId: 'uuid', operatorId: 'uuid', accountId: 'uuid', pspReference: 'text', eventCode: 'text' },
  ...{ success: 'boolean', paymentReference: 'text', merchantReference: 'text', amount: 'bigint', currency: 'text' },
  ...{ reason: 'text', eventAt: 'timestamptz', details: 'jsonb' },
} as const;

/** What Adyen told and was asked, each in a transaction of its own: it stands for a system that could be asked. */
@Injectable()
export class AdyenStore {
  constructor(private readonly database: Database) {}

  /** Of what is told again the latest: Adyen tells a second capture like the first. */
  async keep({ operatorId, accountId }: AdyenAccount, events: readonly AdyenEvent[]): Promise<void> {
    await this.database.transaction([operatorId], async (tx) => {
      for (const event of events) {
        const row = { eventId: uuidv7(), operatorId, accountId, ...event };
        const { columns, from, parameters } = unnest([row], EVENT_COLUMNS);
        await tx.query(
          `INSERT INTO adyen_events AS known (${columns}) SELECT ${columns} FROM ${from}
           ON CONFLICT (operator_id, account_id, psp_reference, event_code, success) DO UPDATE
             SET event_at = EXCLUDED.event_at, reason = EXCLUDED.reason, details = EXCLUDED.details, amount = EXCLUDED.amount
             WHERE known.event_at < EXCLUDED.event_at`,
          parameters,
        );
      }
    });
  }

  /** Its own members of `AtAdyen`, and its page. */
  of(
    { operatorId, accountId }: AdyenAccount,
    paymentId: string,
  ): Promise<Pick<AtAdyen, 'events' | 'requests'> & { link: AskedLink | undefined }> {
    return this.database.transaction([operatorId], async (tx) => {
      const of = [operatorId, accountId, paymentId];
      const events = await tx.query<AdyenEvent>(
        `SELECT psp_reference AS "pspReference", event_code AS "eventCode", success, payment_reference AS "paymentReference",
           merchant_reference AS "merchantReference", amount::float8 AS amount, currency, reason, event_at AS "eventAt", details
         FROM adyen_events
         WHERE operator_id = $1 AND account_id = $2 AND (merchant_reference = $3 OR payment_reference IN (
           SELECT psp_reference FROM adyen_events
           WHERE operator_id = $1 AND account_id = $2 AND merchant_reference = $3 AND event_code = 'AUTHORISATION'))`,
        of,
      );
      const requests = await tx.query<AdyenRequest>(
        `SELECT psp_reference AS "pspReference", kind, request_key AS "requestKey", amount::float8 AS amount
         FROM adyen_requests WHERE operator_id = $1 AND account_id = $2 AND payment_id = $3`,
        of,
      );
      const [link] = await tx.query<AskedLink>(
        `SELECT asked, link_id AS "linkId", url FROM adyen_links
         WHERE operator_id = $1 AND account_id = $2 AND payment_id = $3`,
        of,
      );
      return { events, requests, link };
    });
  }

  async taken(
    { operatorId, accountId }: AdyenAccount,
    paymentId: string,
    { pspReference, kind, requestKey, amount }: AdyenRequest,
  ): Promise<void> {
    await this.database.transaction([operatorId], (tx) =>
      tx.query(
        `INSERT INTO adyen_requests (request_id, operator_id, account_id, payment_id, psp_reference, kind, request_key, amount)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (operator_id, account_id, psp_reference) DO NOTHING`,
        [uuidv7(), operatorId, accountId, paymentId, pspReference, kind, requestKey, amount],
      ),
    );
  }

  /** One for a payment, as it was asked for first. */
  asking({ operatorId, accountId }: AdyenAccount, paymentId: string, asked: object): Promise<AskedLink> {
    return this.database.transaction([operatorId], async (tx) => {
      const [link] = await tx.query<AskedLink>(
        `INSERT INTO adyen_links AS known (payment_id, operator_id, account_id, asked) VALUES ($1, $2, $3, $4)
         ON CONFLICT (payment_id) DO UPDATE SET asked = known.asked
         RETURNING asked, link_id AS "linkId", url`,
        [paymentId, operatorId, accountId, JSON.stringify(asked)],
      );
      return link ?? { asked, linkId: null, url: null };
    });
  }

  async neverOpened({ operatorId }: AdyenAccount, paymentId: string): Promise<void> {
    await this.database.transaction([operatorId], (tx) =>
      tx.query('DELETE FROM adyen_links WHERE payment_id = $1 AND link_id IS NULL', [paymentId]),
    );
  }

  async opened(
    { operatorId }: AdyenAccount,
    paymentId: string,
    { id, url }: { id: string; url: string },
  ): Promise<void> {
    await this.database.transaction([operatorId], (tx) =>
      tx.query('UPDATE adyen_links SET link_id = $2, url = $3 WHERE payment_id = $1', [paymentId, id, url]),
    );
  }
}
