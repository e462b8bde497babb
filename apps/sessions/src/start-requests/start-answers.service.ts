import { Injectable } from '@nestjs/common';
import type { CommandStatus, ResolvedCommand } from '@chargemesh/commands';
import { type DataOf, type Event, StartAnswered, StopAnswered, newEvent, present } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { In, IsNull, Not } from 'typeorm';
import { RemoteRequest } from '../commands/remote-request.entity.js';
import { TokensService } from '../tokens/tokens.service.js';
import type { StartRequest } from './start-request.entity.js';
import { StartRequestsStore } from './start-requests.store.js';

type Named = Pick<StartRequest, 'requestId' | 'operatorId'>;

/** What is said of a command that is over. */
const SAID = {
  accepted: 'accepted',
  rejected: 'rejected',
  'not-supported': 'rejected',
  failed: 'rejected',
  'timed-out': 'timed-out',
  unknown: 'unknown',
} as const satisfies Record<Exclude<CommandStatus, 'pending'>, DataOf<typeof StartAnswered>['status']>;

/** Tells who asked for starts and stops what became of them, and takes back what is not to begin any more. */
@Injectable()
export class StartAnswers {
  constructor(
    private readonly store: StartRequestsStore,
    private readonly tokens: TokensService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Tells what became of commands that are over, if they were asked for so. */
  async answer(tx: Transaction, settled: readonly ResolvedCommand[]): Promise<void> {
    if (settled.length === 0) return;
    const commandIds = settled.map(({ commandId }) => commandId);
    const over = await tx.manager.find(RemoteRequest, {
      where: { commandId: In(commandIds), startRequestId: Not(IsNull()) },
    });
    for (const request of over) {
      if (request.kind === 'start' && isRefused(request)) await this.withdraw(tx, namedBy(request));
      await this.tell(tx, answerOf(request));
    }
  }

  /** From now on nothing is to begin by a start request; gives what is known of it. */
  async withdraw(tx: Transaction, of: Named): Promise<StartRequest | undefined> {
    const request = await this.store.withdraw(tx, of, this.clock.now());
    if (request?.tokenUid) await this.tokens.withdraw(tx, of.operatorId, request.tokenUid);
    return request;
  }

  async tell(tx: Transaction, answer: Event): Promise<void> {
    await this.outbox.add(tx, [answer]);
  }
}

/** The station did not take it, for sure. */
function isRefused({ status }: RemoteRequest): boolean {
  return status !== 'pending' && SAID[status] === 'rejected';
}

function namedBy({ startRequestId, operatorId }: RemoteRequest): Named {
  return { requestId: startRequestId ?? '', operatorId };
}

function answerOf(request: RemoteRequest): Event {
  const { operatorId, startRequestId, stopId, stationId, evseId, detail, expiresAt } = request;
  const at = (request.finishedAt ?? expiresAt).toISOString();
  const status = request.status === 'pending' ? 'unknown' : SAID[request.status];
  const said = { requestId: startRequestId ?? '', status, ...present({ detail: detail?.slice(0, 500) }), at };
  if (stopId === null)
    return newEvent(StartAnswered, { operatorId, time: at, data: { ...said, stationId, evseId: evseId ?? 0 } });
  return newEvent(StopAnswered, { operatorId, time: at, data: { ...said, stopId } });
}
