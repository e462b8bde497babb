import { Inject, Injectable } from '@nestjs/common';
import {
  type Command,
  type DataOf,
  type EventOf,
  OperatorState,
  StartAnswered,
  type StartRequested,
  StopAnswered,
  type StopRequested,
  anyCase,
  newEvent,
} from '@chargemesh/contracts';
import { commandEvent, idAndDeadline } from '@chargemesh/commands';
import { DependencyMissing, Outbox } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { startOn, stopOf } from '../commands/remote.decide.js';
import { RemoteService } from '../commands/remote.service.js';
import { newRemoteStartId } from '../commands/remote.store.js';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { TokensService } from '../tokens/tokens.service.js';
import { ReferenceDataStore } from '../transactions/reference-data.store.js';
import { SessionsStore } from '../transactions/sessions.store.js';
import { SUPPORTED_LIMITS, SupportedLimitsStore } from './supported-limits.store.js';
import { StartAnswers } from './start-answers.service.js';
import { type Refusal, refusalOf } from './start-requests.decide.js';
import { StartRequestsStore } from './start-requests.store.js';

type Start = EventOf<typeof StartRequested>;
type Stop = EventOf<typeof StopRequested>;

const TOKEN_IN_USE: Refusal = { status: 'rejected', detail: 'there is a token with its uid' };

/** Starts and stops what somebody asks for whose right to charge was settled before (ADR 31). */
@Injectable()
export class StartRequestsService {
  constructor(
    private readonly store: StartRequestsStore,
    private readonly reference: ReferenceDataStore,
    private readonly sessions: SessionsStore,
    private readonly tokens: TokensService,
    private readonly remote: RemoteService,
    private readonly answers: StartAnswers,
    private readonly limits: SupportedLimitsStore,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {}

  /** Sent again it changes nothing. */
  async start({ operatorId, data }: Start, tx: Transaction): Promise<void> {
    const { requestId, stationId, evseId, price: agreedPrice } = data;
    const known = await this.store.find(tx, requestId);
    if (known && known.stationId !== null) return;
    const [station] = await this.reference.stations(tx, [stationId]);
    const [isWithdrawn, now] = [known !== null, this.clock.now()];
    const refused =
      refusalOf(data, { operatorId, station, isWithdrawn, now }) ??
      ((await this.makeToken(tx, operatorId, data)) ? undefined : TOKEN_IN_USE);
    const expiresAt = new Date(data.expiresAt);
    await this.store.add(tx, {
      ...{ requestId, operatorId, stationId, evseId, agreedPrice, expiresAt, chargingLimit: data.limit ?? null },
      tokenUid: refused ? null : anyCase(data.tokenUid),
      withdrawnAt: refused ? now : null,
    });
    if (refused) return this.refuse(tx, operatorId, data, refused);
    const token = { uid: data.tokenUid, type: 'AD_HOC_USER' } as const;
    const place = { operatorId, stationId, evseId };
    const leftS = (expiresAt.getTime() - now.getTime()) / 1_000;
    const ask = startOn(token, place, newRemoteStartId(), { startRequestId: requestId, stopId: null });
    await this.remote.ask(tx, ask, Math.min(leftS, this.settings.REMOTE_TIMEOUT_S));
    if (data.limit && station?.ocppVersion === '2.1') await this.askForLimits(tx, operatorId, stationId);
  }

  /** After the start and before no other command: some stations never answer this. What one says counts from its report on. */
  private async askForLimits(tx: Transaction, operatorId: string, stationId: string): Promise<void> {
    const now = this.clock.now();
    if (!(await this.limits.ask(tx, operatorId, stationId, now))) return;
    const when = idAndDeadline(now, this.settings.REMOTE_TIMEOUT_S * 1_000);
    const command: Command = { name: 'GetVariables', variables: [SUPPORTED_LIMITS] };
    await this.outbox.add(tx, [
      commandEvent('sessions', { ...when, operatorId, stationId, command, priority: 'low', silent: true }),
    ]);
  }

  /** Nothing begins on its token from now on; what began is asked to stop, if its end was not reported. */
  async stop({ operatorId, data: { requestId, stopId } }: Stop, tx: Transaction): Promise<void> {
    const request = await this.answers.withdraw(tx, { requestId, operatorId });
    const { stationId = null, tokenUid = null } = request ?? {};
    const [first, ...others] = tokenUid === null ? [] : await this.sessions.unendedOn(tx, operatorId, tokenUid);
    const [station] = stationId === null ? [] : await this.reference.stations(tx, [stationId]);
    if (first && station?.connected) {
      await this.remote.ask(tx, stopOf(first, { startRequestId: requestId, stopId }));
      return this.remote.stopStrays(tx, others);
    }
    const at = this.clock.now().toISOString();
    const status = first ? 'not-connected' : 'nothing-to-stop';
    await this.answers.tell(
      tx,
      newEvent(StopAnswered, { operatorId, time: at, data: { requestId, stopId, status, at } }),
    );
  }

  /** Makes the token of a start, of the operator's own party; false where there is one with its uid. */
  private async makeToken(
    tx: Transaction,
    operatorId: string,
    { tokenUid: uid, expiresAt }: DataOf<typeof StartRequested>,
  ): Promise<boolean> {
    const [party] = await this.reference.parties(tx, [operatorId]);
    if (!party) throw DependencyMissing.of(OperatorState, operatorId);
    const { countryCode, partyId } = party;
    return this.tokens.make(tx, {
      ...{ operatorId, uid, countryCode, partyId, type: 'AD_HOC_USER', valid: true, whitelist: 'NEVER' },
      ...{ contractId: `${countryCode}-${partyId}-${uid}`, issuer: partyId, groupId: null, visualNumber: null },
      ...{ expiresAt: new Date(expiresAt), partnerId: null },
    });
  }

  private async refuse(
    tx: Transaction,
    operatorId: string,
    { requestId, stationId, evseId }: DataOf<typeof StartRequested>,
    refusal: Refusal,
  ): Promise<void> {
    const at = this.clock.now().toISOString();
    const data = { requestId, stationId, evseId, ...refusal, at };
    await this.answers.tell(tx, newEvent(StartAnswered, { operatorId, time: at, data }));
  }
}
