import type { Producer } from '@chargemesh/messaging';
import type { Database } from '@chargemesh/persistence';
import type { Clock } from '@chargemesh/service';
import { authorizer, type AuthorizerOptions } from '../authorization/authorization.js';
import { driverTariffs } from '../authorization/driver-tariff.js';
import type { Registry } from '../connections/registry.js';
import type { Credentials } from '../credentials/credentials.service.js';
import type { Quarantine } from '../quarantine/quarantine.service.js';
import { GivenIds } from '../starts/given-ids.js';
import { StartSigns } from '../starts/start-signs.js';
import type { StartsStore } from '../starts/starts.store.js';
import type { Abilities, Call } from './call.js';
import { hold, tell } from './hold.js';
import { bootInterval } from './registration.decide.js';
import type { Station } from './station.js';

export interface AbilitiesParts {
  readonly clock: Clock;
  readonly producer: Producer;
  readonly database: Database;
  readonly starts: StartsStore;
  readonly credentials: Credentials;
  readonly registry: Registry<Station>;
  readonly quarantine: Quarantine;
  readonly authorization: Omit<AuthorizerOptions, 'now'>;
  readonly holdMs: number;
}

/** The abilities of the running gateway. */
export function abilitiesOf(parts: AbilitiesParts): Abilities {
  const { clock, producer, database, starts, credentials, registry, holdMs } = parts;
  const now = () => clock.now();
  const given = new GivenIds();
  const signs = new StartSigns();
  const authorize = authorizer({ ...parts.authorization, now });
  const ofOperator = <T>({ operatorId }: Call, work: Parameters<typeof database.transaction<T>>[1]) =>
    hold(() => database.transaction([operatorId], work), holdMs);
  /** Keeps what a sign shows of starts: which of them the station has the answers of, and that others are over. */
  const noteStarts = async (call: Call, acknowledged: readonly number[], over?: { connectorId?: number }) => {
    if (acknowledged.length === 0 && !over) return;
    await ofOperator(call, async (tx) => {
      const { stationId, receivedAt } = call;
      if (acknowledged.length > 0) await starts.acknowledge(tx, stationId, acknowledged, receivedAt);
      if (over) await starts.over(tx, call, over.connectorId, receivedAt);
    });
    if (over) signs.over(call, over.connectorId);
  };
  return {
    now: () => clock.now().toISOString(),
    tell: (facts) => tell(producer, facts),
    // The default is read from the database, which may be away just like sessions.
    authorize: (call, question) => hold(() => authorize(call, question), holdMs),
    driverTariff: driverTariffs({ requests: parts.authorization.requests, now }),
    async claimStart(call, claim) {
      const { operatorId, stationId, receivedAt: at } = call;
      const start = await ofOperator(call, (tx) => starts.claim(tx, { ...claim, operatorId, stationId, at }));
      signs.started(call, claim, start.transactionId);
      // Of one that may recur the schema is to know that the station names it.
      if (!claim.recursAfter) given.add(call, start.transactionId);
      return start;
    },
    endTransaction: (call, transactionId) =>
      ofOperator(call, (tx) => starts.end(tx, call.stationId, transactionId, call.receivedAt)),
    mayBeOwnTransaction: (call, transactionId) =>
      given.has(call, transactionId, () =>
        database.transaction([call.operatorId], (tx) =>
          starts.isNamed(tx, call.stationId, transactionId, call.receivedAt),
        ),
      ),
    noteStatus(call, connectorId, isFree) {
      const shows = isFree && !signs.isOver(call, connectorId);
      return noteStarts(call, signs.status(call, connectorId), shows ? { connectorId } : undefined);
    },
    noteBoot: (call) => noteStarts(call, signs.booted(call), {}),
    keepUnknownEnd: (...end) => parts.quarantine.keepUnknownEnd(...end),
    answerStart: (call, transactionId, answer) => ofOperator(call, (tx) => starts.answer(tx, transactionId, answer)),
    async registration(call) {
      const credential = await hold(() => credentials.of(call.stationId), holdMs);
      // A station that was removed a moment ago is about to lose its socket.
      const status = credential?.registration ?? 'Rejected';
      const station = registry.of(call.stationId);
      if (station?.epoch === call.epoch) station.registration = status;
      return { status, intervalS: bootInterval(status, credential?.heartbeatIntervalS ?? 300) };
    },
  };
}
