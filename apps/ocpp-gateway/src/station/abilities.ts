import { type Producer, within } from '@chargemesh/messaging';
import type { Database, Transaction } from '@chargemesh/persistence';
import type { Clock } from '@chargemesh/service';
import { authorizer, type AuthorizerOptions } from '../authorization/authorization.js';
import { driverTariffs } from '../authorization/driver-tariff.js';
import type { Registry } from '../connections/registry.js';
import type { CredentialsCache } from '../credentials/credentials-cache.js';
import type { Quarantine } from '../quarantine/quarantine.service.js';
import { GivenIds } from '../starts/given-ids.js';
import { StartEvidence } from '../starts/start-evidence.js';
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
  readonly credentials: CredentialsCache;
  readonly registry: Registry<Station>;
  readonly quarantine: Quarantine;
  readonly authorization: Omit<AuthorizerOptions, 'now'>;
  readonly holdMs: number;
}

/** No answer waits longer for it: what is over is told again with the next start. */
const OVER_NOTED_WITHIN_MS = 500;

/** The abilities of the running gateway. */
export function abilitiesOf(parts: AbilitiesParts): Abilities {
  const { clock, producer, database, starts, credentials, registry, holdMs } = parts;
  const now = () => clock.now();
  const given = new GivenIds();
  const evidence = new StartEvidence();
  const authorize = authorizer({ ...parts.authorization, now });
  const ofOperator = <T>({ operatorId }: Call, work: Parameters<typeof database.transaction<T>>[1]) =>
    hold(() => database.transaction([operatorId], work), holdMs);
  const acknowledge = async (call: Call, transactionIds: readonly number[]) => {
    const { stationId, receivedAt } = call;
    if (transactionIds.length === 0) return;
    await ofOperator(call, (tx) => starts.acknowledge(tx, stationId, transactionIds, receivedAt));
  };
  /** Has the schema know that starts are over; while it is away, this process does, and a start tells it. */
  const noteOver = async (call: Call, connectorId?: number) => {
    const untold = evidence.untold(call, connectorId);
    const noted = database.transaction([call.operatorId], (tx) => tellOver(tx, call, untold));
    await within(
      OVER_NOTED_WITHIN_MS,
      noted.then((isNothingLeft) => evidence.over(call, untold, isNothingLeft)),
    );
  };
  const tellOver = async (tx: Transaction, call: Call, untold: readonly (number | undefined)[]) => {
    let isNothingLeft = false;
    for (const connectorId of untold) isNothingLeft = await starts.over(tx, call, connectorId, call.receivedAt);
    return isNothingLeft;
  };
  return {
    now: () => clock.now().toISOString(),
    tell: (facts) => tell(producer, facts),
    // The default is read from the database, which may be away just like sessions.
    authorize: (call, question) => hold(() => authorize(call, question), holdMs),
    driverTariff: driverTariffs({ requests: parts.authorization.requests, now }),
    async claimStart(call, claim) {
      const { operatorId, stationId, receivedAt: at } = call;
      const untold = evidence.untold(call);
      const start = await ofOperator(call, async (tx) => {
        await tellOver(tx, call, untold);
        return starts.claim(tx, { ...claim, operatorId, stationId, at });
      });
      evidence.over(call, untold, false);
      evidence.started(call, claim, start.transactionId);
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
    async noteStatus(call, connectorId, isFree) {
      await acknowledge(call, evidence.status(call, connectorId));
      if (isFree && !evidence.isOver(call, connectorId)) await noteOver(call, connectorId);
    },
    async noteBoot(call) {
      await acknowledge(call, evidence.booted(call));
      await noteOver(call);
    },
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
