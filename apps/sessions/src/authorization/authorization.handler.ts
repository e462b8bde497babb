import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  AuthorizeAnswered,
  type AuthorizeRequested,
  type Event,
  type EventOf,
  authorizeRequests,
  newEvent,
} from '@chargemesh/contracts';
import { Answers } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { TokensStore } from '../tokens/tokens.store.js';
import { authorize } from './authorize.decide.js';

type Request = EventOf<typeof AuthorizeRequested>;

/** Answers the gateways' question whether a token may charge. */
@Controller()
export class AuthorizationHandler {
  constructor(
    private readonly tokens: TokensStore,
    private readonly clock: Clock,
  ) {}

  @Answers('sessions', authorizeRequests)
  async on(@Payload() requests: Request[], @Ctx() tx: Transaction): Promise<Event[]> {
    const known = await this.tokens.withUids(tx, [...new Set(requests.map(({ data }) => data.idToken.value))]);
    return requests.map((request) => {
      const { operatorId, data } = request;
      const own = known.filter((token) => token.operatorId === operatorId && token.uid === data.idToken.value);
      return this.answerTo(request, authorize(own, this.clock.now()));
    });
  }

  private answerTo(
    { operatorId, data, traceparent }: Request,
    { status, groupId, cacheUntil }: ReturnType<typeof authorize>,
  ) {
    const { requestId, replyTo, expiresAt, stationId } = data;
    const verdict = {
      status,
      ...(groupId ? { groupId } : {}),
      ...(cacheUntil ? { cacheUntil: cacheUntil.toISOString() } : {}),
    };
    const time = this.clock.now().toISOString();
    return newEvent(AuthorizeAnswered, {
      operatorId,
      time,
      traceparent,
      data: { requestId, replyTo, expiresAt, stationId, ...verdict },
    });
  }
}
