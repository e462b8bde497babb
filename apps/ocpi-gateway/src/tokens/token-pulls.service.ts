import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SchemaViolation, validator } from '@chargemesh/contracts';
import { type Logger, within } from '@chargemesh/messaging';
import {
  OcpiRefusal,
  ReceivedToken,
  type Token230,
  nextPageOf,
  readPage,
  spellingsOf,
  tokenOf,
} from '@chargemesh/ocpi';
import { outcomeOf } from '@chargemesh/outbound';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, LOGGER, Schedule, forAllOperators, withoutSecretTexts } from '@chargemesh/service';
import type { Static } from 'typebox';
import { OCPI_SETTINGS, type OcpiSettings } from '../config.js';
import { endpointOf } from '../connections/connection.js';
import { ANSWERS_WITHIN_MS, PartnerHttp } from '../connections/partner-http.js';
import { type Reached, Reach } from '../connections/reach.service.js';
import { type PullTimes, type TokenPull, begun, ended, failed, isWhole } from './token-pulls.decide.js';
import { TokenPullsStore } from './token-pulls.store.js';
import { TokensService } from './tokens.service.js';

const LOOKS_EVERY_MS = 3_000;
/** Partners that are pulled from at the same time, by one process. */
const AT_ONCE = 16;
/** One that has more to give, or is slow, goes on at its next turn, so that others have theirs. */
const TURN_MS = 30_000;
const TURN_PAGES = 50;
/** Of a list; a partner that links to page after page would never come to an end. */
const LIST_PAGES = 20_000;
const PAGE_OBJECTS = 1_000;
/** Whoever is at it must be over by then. */
const TAKEN_FOR_MS = 180_000;
const STOPS_WITHIN_MS = 5_000;

type Said = Static<typeof Token230>;
type Begun = TokenPull & { readonly beganAt: Date };

/** A page that cannot be read. */
class PageFailed extends Error {
  override readonly name = 'PageFailed';

  constructor(
    message: string,
    /** Nothing that comes behind it could be read either. */
    readonly isOfList: boolean,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

interface Page {
  readonly tokens: readonly Said[];
  readonly objects: number;
  readonly total: number | undefined;
  readonly next: string | null;
}

const received = validator(ReceivedToken);

/** Pulls the tokens of partners: all of them once a connection begins and once a day, what changed each minute. */
@Injectable()
export class TokenPulls implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly turns = new Set<Promise<void>>();
  private readonly times: PullTimes;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    private readonly reach: Reach,
    private readonly http: PartnerHttp,
    private readonly tokens: TokensService,
    private readonly store: TokenPullsStore,
    @Inject(OCPI_SETTINGS) { OCPI_TOKENS_EVERY_S, OCPI_ALL_TOKENS_EVERY_H }: OcpiSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.times = { everyMs: OCPI_TOKENS_EVERY_S * 1_000, allEveryMs: OCPI_ALL_TOKENS_EVERY_H * 3_600_000 };
  }

  onApplicationBootstrap(): void {
    this.schedule.every('pull tokens', LOOKS_EVERY_MS, () => this.giveTurns());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await within(STOPS_WITHIN_MS, this.settled());
  }

  /** Nobody has a turn. */
  async settled(): Promise<void> {
    await Promise.all(this.turns);
  }

  /** Gives turns to partners that are due, as many as there is room for; nobody waits for the slow ones among them. */
  async giveTurns(): Promise<void> {
    const limit = AT_ONCE - this.turns.size;
    if (limit <= 0 || this.stopping.signal.aborted) return;
    const now = this.clock.now();
    const until = new Date(now.getTime() + TAKEN_FOR_MS);
    const due = await forAllOperators(this.database, (tx) => this.store.claim(tx, { now, until, limit }));
    for (const pull of due) {
      const turn = this.turn(pull, until).finally(() => this.turns.delete(turn));
      this.turns.add(turn);
    }
  }

  /** Ends by itself; what it could not do is tried again. */
  private async turn(pull: TokenPull, until: Date): Promise<void> {
    try {
      await this.pull(pull, until);
    } catch (err) {
      const { partnerId } = pull;
      this.logger.error({ err, partnerId }, 'tokens of a partner were not pulled');
    }
  }

  private async pull(pull: TokenPull, until: Date): Promise<void> {
    const reached = await this.reach.to(pull);
    const url = endpointOf(reached.connection, 'tokens', 'SENDER');
    const from = performance.now();
    let [list, isOver] = [begun(pull, this.clock.now(), this.times) as TokenPull, url === undefined];
    if (isOver) await this.keep(ended(list, this.clock.now(), this.times), until);
    for (let turn = 0; !isOver; turn++) {
      const isLast = turn + 1 >= TURN_PAGES || performance.now() - from > TURN_MS;
      [list, isOver] = await this.step(list as Begun, { url: url ?? '', reached, until, isLast });
    }
  }

  /** Reads one page and keeps what it says; whether the turn is over with it. */
  private async step(
    list: Begun,
    { url, reached, until, isLast }: { url: string; reached: Reached; until: Date; isLast: boolean },
  ): Promise<[TokenPull, boolean]> {
    const { partnerId } = list;
    try {
      const page = await this.read(list, url, reached);
      const next = await this.take(list, page, reached, until, isLast);
      return [next, isLast || page.next === null];
    } catch (error) {
      if (!(error instanceof PageFailed)) throw error;
      if (this.stopping.signal.aborted) return [await this.keep({ ...list, nextAt: this.clock.now() }, until), true];
      const { message, isOfList, retryAfterMs } = error;
      const next = failed(list, { failed: message, isOfList, retryAfterMs }, this.clock.now(), this.times);
      this.logger.warn({ partnerId, failures: next.failures, failed: next.failed }, 'a page of tokens was not read');
      await this.keep(next, until);
      return [next, true];
    }
  }

  private async read(list: Begun, endpoint: string, { access, routing }: Reached): Promise<Page> {
    const url = list.nextUrl ?? firstPage(endpoint, list.since);
    const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(ANSWERS_WITHIN_MS)]);
    const answer = await this.http
      .send(access, { method: 'GET', url }, { signal, headers: routing })
      .catch((error: unknown) => {
        throw new PageFailed(`GET ${url}: ${error instanceof Error ? error.message : String(error)}`, false);
      });
    const read = readPage(answer);
    if ('failed' in read) {
      const outcome = outcomeOf(answer, this.clock.now());
      const retryAfterMs = outcome.result === 'failed' ? outcome.throttled?.milliseconds : undefined;
      throw new PageFailed(
        `GET ${url}: ${withoutSecretTexts(read.failed, spellingsOf(access.token))}`,
        false,
        retryAfterMs,
      );
    }
    const next = read.link === undefined ? null : nextPageOf(read.link, url);
    if (next === undefined) throw new PageFailed(`GET ${url}: its Link leads to another host`, true);
    if (next === url) throw new PageFailed(`GET ${url}: its Link leads to the same page`, true);
    if (next !== null && read.objects.length === 0) throw new PageFailed(`GET ${url}: an empty page has a Link`, true);
    if (list.pages + 1 >= LIST_PAGES) throw new PageFailed(`its list has more than ${LIST_PAGES} pages`, true);
    const { objects, total } = read;
    return { tokens: objects.flatMap(tokenIn), objects: objects.length, total, next };
  }

  /** Keeps a page and where the next one is, together. */
  private take(
    list: Begun,
    { tokens, objects, total, next }: Page,
    { partner }: Reached,
    until: Date,
    isLast: boolean,
  ): Promise<TokenPull> {
    return this.database.transaction([list.operatorId], async (tx) => {
      await this.tokens.takePage(tx, partner, tokens);
      const now = this.clock.now();
      const read: Begun = {
        ...{ ...list, nextUrl: next, pages: list.pages + 1, failures: 0, failed: null },
        objects: list.objects + objects,
        unreadable: list.unreadable + objects - tokens.length,
      };
      if (next !== null) return this.save(tx, { ...read, nextAt: isLast ? now : until }, until);
      if (isWhole(read, total)) await this.tokens.missing(tx, partner, list.beganAt);
      if (read.unreadable > 0) {
        const { partnerId, unreadable } = read;
        this.logger.warn({ partnerId, unreadable }, 'tokens of a partner cannot be read');
      }
      return this.save(tx, ended(read, now, this.times), until);
    });
  }

  private keep(pull: TokenPull, until: Date): Promise<TokenPull> {
    return this.database.transaction([pull.operatorId], (tx) => this.save(tx, pull, until));
  }

  /** Throws, if somebody else has it by now: what it wrote is not kept. */
  private async save(tx: Transaction, pull: TokenPull, until: Date): Promise<TokenPull> {
    if (!(await this.store.save(tx, pull, until))) throw new Error('the pull took too long, and is in other hands');
    return pull;
  }
}

function firstPage(endpoint: string, since: Date | null): string {
  const url = new URL(endpoint);
  url.searchParams.set('limit', String(PAGE_OBJECTS));
  if (since) url.searchParams.set('date_from', `${since.toISOString().slice(0, 19)}Z`);
  return url.href;
}

/** One that cannot be read is left out: the others of its page can. */
function tokenIn(object: unknown): Said[] {
  try {
    return [tokenOf(received(object))];
  } catch (error) {
    if (error instanceof SchemaViolation || error instanceof OcpiRefusal) return [];
    throw error;
  }
}
