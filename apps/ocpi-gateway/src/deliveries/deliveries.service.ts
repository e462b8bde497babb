import { Injectable } from '@nestjs/common';
import { type LoggedAttempt, type LoggedCall, DeliveryLog, attemptsOf, callOf, callStates } from '@chargemesh/outbound';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, type Page, type QueryOf, problem } from '@chargemesh/service';
import type { Static } from 'typebox';
import { destinationOf } from '../calls/partner-call.js';
import { PartnersStore } from '../partners/partners.store.js';
import { deliveriesList } from './deliveries.list.js';
import type { DeliveryParams, DeliveryView, DeliveryWithAttempts, ReplaysView } from './deliveries.schema.js';

const ATTEMPTS_SHOWN = 50;
const SETTLED = new Set(callStates.filter((state) => state !== 'waiting'));

/** What partners were told, searched and sent once more. */
@Injectable()
export class Deliveries {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly partners: PartnersStore,
    private readonly log: DeliveryLog,
  ) {}

  list({ operatorId }: Caller, partnerId: string, query: QueryOf<typeof deliveriesList>): Promise<Page<DeliveryView>> {
    return this.database.transaction([operatorId], async (tx) => {
      await this.demand(tx, partnerId);
      return deliveriesList.page(tx, operatorId, query, viewOf, { destination: destinationOf(partnerId) });
    });
  }

  get({ operatorId }: Caller, params: Static<typeof DeliveryParams>): Promise<DeliveryWithAttempts> {
    const { partnerId, deliveryId } = params;
    return this.database.transaction([operatorId], async (tx) => {
      const call = await callOf(tx, { operatorId, destination: destinationOf(partnerId) }, deliveryId);
      if (!call) throw problem('not-found', { partnerId, deliveryId });
      const tried = await attemptsOf(tx, deliveryId, ATTEMPTS_SHOWN);
      return { ...viewOf(call), tried: tried.map(attemptView) };
    });
  }

  /** Also what was delivered: a partner may have lost it, and takes an object a second time without harm. */
  replay(caller: Caller, partnerId: string, deliveryIds: readonly string[]): Promise<ReplaysView> {
    const { operatorId } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      await this.demand(tx, partnerId);
      const of = { operatorId, destination: destinationOf(partnerId) };
      const calls = await this.log.replay(tx, of, deliveryIds, SETTLED);
      const replayed = calls.map(({ callId }) => callId);
      if (replayed.length > 0) await this.audit.add(tx, caller, 'replay', 'deliveries', partnerId, { replayed });
      return { replayed };
    });
  }

  private async demand(tx: Transaction, partnerId: string): Promise<void> {
    if (!(await this.partners.find(tx, partnerId))) throw problem('not-found', { partnerId });
  }
}

function viewOf(call: LoggedCall): DeliveryView {
  const { callId, body, state, attempts, createdAt, expiresAt, settledAt, settledBy, replayOf } = call;
  const [module, objectId] = [String(body['module']), String(body['objectId'])];
  return {
    ...{ deliveryId: callId, module, objectId, state, attempts },
    ...{ createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() },
    ...(settledAt ? { settledAt: settledAt.toISOString() } : {}),
    ...(settledBy === null ? {} : { settledBy }),
    ...(replayOf === null ? {} : { replayOf }),
  };
}

function attemptView({ at, durationMs, result, status, answer, error }: LoggedAttempt) {
  return {
    ...{ at: at.toISOString(), durationMs, result },
    ...(status === null ? {} : { status }),
    ...(answer === null ? {} : { answer }),
    ...(error === null ? {} : { error }),
  };
}
