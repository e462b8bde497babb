import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { readAnswer, spellingsOf } from '@chargemesh/ocpi';
import {
  type CallInHand,
  type HttpAnswer,
  Outbound,
  OutboundWorkers,
  type Outcome,
  callOf,
  keepDeliveryLog,
} from '@chargemesh/outbound';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, Schedule, knownOperatorIds, withoutSecretTexts } from '@chargemesh/service';
import { OCPI_SETTINGS, type OcpiSettings } from '../config.js';
import type { Access } from '../connections/connection.js';
import { ANSWERS_WITHIN_MS, PartnerHttp } from '../connections/partner-http.js';
import { Reach, addressedTo } from '../connections/reach.service.js';
import { CALL_HANDLERS, type CallHandlers } from './outbound.js';
import { type CallKind, type PartnerCall, type PartnerCallInHand, destinationOf } from './partner-call.js';
import { partnerOutcome } from './partner-outcome.js';

const DAILY_MS = 86_400_000;

/** What partners are told: written in the transaction of a change, made by the outbound workers after it. */
@Injectable()
export class PartnerCalls implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly kinds = new Map<string, CallKind>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    private readonly reach: Reach,
    private readonly http: PartnerHttp,
    private readonly outbound: Outbound,
    private readonly workers: OutboundWorkers,
    @Inject(CALL_HANDLERS) private readonly handlers: CallHandlers,
    @Inject(OCPI_SETTINGS) private readonly settings: OcpiSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.workers.start();
    this.schedule.every('delivery log of partners', DAILY_MS, () => this.forget(), { exclusive: true });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.workers.stop();
  }

  /** Says how calls of a kind are made, before the service is up. */
  define(kind: string, how: CallKind): void {
    this.kinds.set(kind, how);
    this.handlers.set(kind, (call, signal) => this.make(how, call, signal));
  }

  /** Durable with the transaction; to be called once in it. Partners that are not connected keep their calls until they are, or until these are too old. */
  async add(tx: Transaction, calls: readonly PartnerCall[]): Promise<void> {
    const now = this.clock.now().getTime();
    await this.outbound.add(
      tx,
      calls.map(({ operatorId, partnerId, kind, objectId, orderKey, coalesceKey, body }) => {
        const { module, maxAgeMs } = this.kindOf(kind);
        return {
          ...{ operatorId, kind, orderKey, coalesceKey, body: { ...body, partnerId, module, objectId } },
          destination: destinationOf(partnerId),
          expiresAt: new Date(now + maxAgeMs),
        };
      }),
    );
  }

  /** The partner is connected anew: what waited for it is said at once. */
  resume(tx: Transaction, { operatorId, partnerId }: Pick<PartnerCall, 'operatorId' | 'partnerId'>): Promise<void> {
    return this.outbound.resume(tx, { operatorId, destination: destinationOf(partnerId) });
  }

  private kindOf(kind: string): CallKind {
    const how = this.kinds.get(kind);
    if (!how) throw new Error(`nobody has said how calls of kind ${kind} are made`);
    return how;
  }

  /** What it throws is tried again. */
  private async make(how: CallKind, inHand: CallInHand, signal: AbortSignal): Promise<Outcome> {
    const { callId, operatorId, body } = inHand;
    const call: PartnerCallInHand = { callId, operatorId, body, ...named(body) };
    const { connection, access, routing } = await this.reach.to(call);
    const request = await how.request(call, connection);
    if ('notSent' in request) return { result: 'rejected', answer: `not sent: ${request.notSent}` };
    const sent = await this.http.send(access, request, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWERS_WITHIN_MS)]),
      headers: { ...routing, ...(request.to ? addressedTo(request.to) : {}), 'x-correlation-id': callId },
    });
    const answer = withoutToken(sent, access);
    const said = partnerOutcome(answer, this.clock.now());
    const isThere = said.result === 'rejected' && how.isRepeated?.(answer) && (await this.wasSent(inHand));
    const outcome: Outcome = isThere ? { ...said, result: 'delivered' } : said;
    const read = readAnswer(answer);
    if (outcome.result === 'delivered' && 'data' in read) {
      await how.taken?.(call, { data: read.data, headers: answer.headers });
    }
    if (outcome.result === 'rejected') await how.refused?.(call, 'code' in read ? read.code : undefined);
    return outcome;
  }

  /** Whether it may have been sent before: by an earlier attempt, or as the call that it repeats. */
  private async wasSent({ attempt, operatorId, destination, callId }: CallInHand): Promise<boolean> {
    if (attempt > 1) return true;
    const of = { operatorId, destination };
    const logged = await this.database.transaction([operatorId], (tx) => callOf(tx, of, callId));
    return typeof logged?.replayOf === 'string';
  }

  private async forget(): Promise<void> {
    const operators = await this.database.transaction([], knownOperatorIds);
    const { PARTNER_CALL_DAYS: keepDays } = this.settings;
    await keepDeliveryLog(this.database, { operators, now: this.clock.now(), keepDays });
  }
}

function named(body: CallInHand['body']): Pick<PartnerCallInHand, 'partnerId' | 'objectId'> {
  return { partnerId: String(body['partnerId']), objectId: String(body['objectId']) };
}

/** Partners repeat what they were sent, and the delivery log keeps what they answer. */
function withoutToken(answer: HttpAnswer, { token }: Access): HttpAnswer {
  return { ...answer, body: withoutSecretTexts(answer.body, spellingsOf(token)) };
}
