import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import {
  type AuthorizeAnswered,
  AuthorizeRequested,
  type DataOf,
  type EventOf,
  authorizeReplies,
  authorizeRequests,
  newEvent,
} from '@chargemesh/contracts';
import {
  EmbeddedTransport,
  type Logger,
  MessagingStrategy,
  OpenRequests,
  type Subscription,
  Telemetry,
  embeddedLog,
  patternOf,
  producerOf,
} from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { SweptDatabase, lossCases } from '@chargemesh/persistence/testing';
import { SystemClock } from '@chargemesh/service';
import { type TestDatabase, openTestDatabase, setUpService } from '@chargemesh/testing';
import { sessionsService } from '../index.js';
import { OPERATOR_ID } from '../testing/facts.js';
import { settings } from '../testing/settings.js';
import { party } from '../testing/reference-data.js';
import { StartRequestsStore } from '../start-requests/start-requests.store.js';
import { TokensStore } from '../tokens/tokens.store.js';
import { SessionsStore } from '../transactions/sessions.store.js';
import { AuthorizationService, refusal } from './authorization.service.js';

const quiet = () => undefined;
const logger: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const DEADLINE_MS = 60_000;
type Answer = DataOf<typeof AuthorizeAnswered>;

describe('the question whether a token may charge, while', () => {
  let test: TestDatabase;
  let swept: SweptDatabase;
  let transport: EmbeddedTransport;
  let strategy: MessagingStrategy;
  let asking: OpenRequests;
  const clock = new SystemClock();
  const now = () => clock.now();

  beforeAll(async () => {
    test = await openTestDatabase(sessionsService);
    const tokens = new TokensStore();
    const said = { version: 1, type: 'RFID', issuer: 'Issuer', whitelist: 'ALLOWED', groupId: null } as const;
    const card = (uid: string, valid: boolean) => ({
      ...{ ...said, ...party, uid, valid, operatorId: OPERATOR_ID, contractId: `DE-ABC-${uid}` },
      ...{ visualNumber: null, expiresAt: null, partnerId: null },
    });
    await test.database.transaction([OPERATOR_ID], async (tx) => {
      await tokens.save(tx, [card('VALID', true)]);
      await tokens.save(tx, [card('BLOCKED', false)]);
    });
    const { schema, entities } = sessionsService;
    swept = await SweptDatabase.open(test.adminUrl, { url: test.url, schema, entities });
    const telemetry = new Telemetry();
    const url = await setUpService(test.adminUrl, embeddedLog);
    transport = new EmbeddedTransport({ url, logger, now, telemetry });
    await transport.start();
    asking = new OpenRequests('asking', producerOf('tests', transport), now);
    const databaseOf = () => swept.database;
    strategy = new MessagingStrategy({ transport, databaseOf, logger, now, telemetry, processName: 'asking' });
    const sessions = new SessionsStore();
    const service = new AuthorizationService(tokens, sessions, new StartRequestsStore(), clock, {
      ...settings,
      CONCURRENT_TRANSACTIONS: false,
    });
    const subscribe = (subscription: Subscription, handle: (given: never, tx: Transaction) => Promise<unknown>) =>
      strategy.addHandler(patternOf(subscription), handle as never, true, { subscription });
    subscribe(
      { mode: 'answer', service: 'sessions', topic: authorizeRequests, refused: refusal },
      (requests: EventOf<typeof AuthorizeRequested>[], tx) => service.answer(requests, tx),
    );
    subscribe(
      { mode: 'listen', service: 'tests', topic: authorizeReplies },
      async (reply: EventOf<typeof AuthorizeAnswered>) => asking.settle(reply),
    );
    strategy.listen(quiet);
    await strategy.ready;
  });

  afterAll(async () => {
    await strategy.close();
    await transport.close();
    await swept.close();
    await test.drop();
  });

  async function verdictOn(uid: string): Promise<string | undefined> {
    const at = now();
    const expiresAt = new Date(at.getTime() + DEADLINE_MS).toISOString();
    const question = { requestId: uuidv7(), replyTo: asking.replyTo, expiresAt, stationId: 'CS-1' };
    const data = { ...question, at: at.toISOString(), idToken: { value: uid, type: 'ISO14443' } };
    const asked = newEvent(AuthorizeRequested, { operatorId: OPERATOR_ID, time: at.toISOString(), data });
    return (await asking.ask<Answer>(asked))?.status;
  }

  it.each(lossCases)('$name at any of its requests, is answered all the same', async (loss) => {
    const rounds = await swept.sweep(loss, async (round) => {
      expect(await verdictOn(round % 2 ? 'VALID' : 'BLOCKED')).toBe(round % 2 ? 'Accepted' : 'Blocked');
      swept.passAll();
      expect(await verdictOn('STRANGE')).toBe('Unknown');
    });
    expect(rounds).toBeGreaterThan(4);
  });
});
