import { Inject, Injectable } from '@nestjs/common';
import {
  AuthorizeAnswered,
  type AuthorizeRequested,
  type Event,
  type EventOf,
  anyCase,
  newEvent,
} from '@chargemesh/contracts';
import type { Transaction } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { StartRequestsStore } from '../start-requests/start-requests.store.js';
import type { Token } from '../tokens/token.entity.js';
import { TokensStore } from '../tokens/tokens.store.js';
import { DIRECT_PAYMENT } from '../transactions/snapshot.js';
import { keyOf } from '../transactions/session.js';
import { type Charging, SessionsStore } from '../transactions/sessions.store.js';
import { type Verdict, authorize } from './authorize.decide.js';

type Request = EventOf<typeof AuthorizeRequested>;

/** Answers whether tokens may charge, for a batch of questions at once. */
@Injectable()
export class AuthorizationService {
  constructor(
    private readonly tokens: TokensStore,
    private readonly sessions: SessionsStore,
    private readonly startRequests: StartRequestsStore,
    private readonly clock: Clock,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {}

  async answer(requests: readonly Request[], tx: Transaction): Promise<Event[]> {
    const uids = [...new Set(requests.map(({ data }) => anyCase(data.idToken.value)))];
    const known = await this.tokens.withUids(tx, uids);
    const charging = this.settings.CONCURRENT_TRANSACTIONS ? [] : await this.sessions.charging(tx, uids);
    const starts = await this.startRequests.ofTokens(
      tx,
      known.filter(isMadeForStart).map(({ uid }) => anyCase(uid)),
    );
    const now = this.clock.now();
    return requests.map((request) => {
      const uid = anyCase(request.data.idToken.value);
      const ofOperator = ({ operatorId }: { operatorId: string }) => operatorId === request.operatorId;
      const verdict = authorize({
        tokens: known.filter((token) => ofOperator(token) && anyCase(token.uid) === uid),
        start: starts.find((start) => ofOperator(start) && start.tokenUid === uid),
        shownAt: request.data,
        isDirect: request.data.idToken.type === DIRECT_PAYMENT,
        now,
        chargingElsewhere: charging.some((session) => isElsewhere(session, request, uid)),
      });
      return answerTo(request, verdict, now);
    });
  }
}

function isMadeForStart({ type }: Token): boolean {
  return type === 'AD_HOC_USER';
}

/** A transaction that asks again, with its start for example, is not concurrent to itself. */
function isElsewhere(session: Charging, { operatorId, data }: Request, uid: string): boolean {
  const { stationId, transactionId } = data;
  const same = transactionId !== undefined && keyOf(session) === keyOf({ stationId, transactionId });
  return session.operatorId === operatorId && session.uid === uid && !same;
}

/** What a question is answered that nobody can answer for what is in it. */
export function refusal(request: Request): Event {
  return answerTo(request, { status: 'Invalid' }, new Date(request.data.at));
}

function answerTo(
  { operatorId, data, traceparent }: Request,
  { status, groupId, cacheUntil, limit }: Verdict,
  now: Date,
) {
  const { requestId, replyTo, expiresAt, stationId } = data;
  const answer = {
    status,
    ...(groupId ? { groupId } : {}),
    ...(cacheUntil ? { cacheUntil: cacheUntil.toISOString() } : {}),
    ...(limit ? { limit } : {}),
  };
  return newEvent(AuthorizeAnswered, {
    operatorId,
    time: now.toISOString(),
    traceparent,
    data: { requestId, replyTo, expiresAt, stationId, ...answer },
  });
}
