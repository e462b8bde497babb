import { stationCredentials } from '@chargemesh/contracts';
import type { Logger, Producer, Requests } from '@chargemesh/messaging';
import type { Database } from '@chargemesh/persistence';
import type { Clock, Handled, KnownOperators, SecretHasher, Settings } from '@chargemesh/service';
import { type InboundRateLimits, inboundRateLimits, rpcLimits } from '@chargemesh/ocpp';
import { v7 as uuidv7 } from 'uuid';
import { Commands } from './commands/commands.service.js';
import { Silences } from './commands/silences.service.js';
import { SilencesStore } from './commands/silences.store.js';
import type { gatewaySettings } from './config.js';
import { Connections } from './connections/connections.service.js';
import { ConnectionsStore } from './connections/connections.store.js';
import { PodsStore } from './connections/pods.store.js';
import { Presence } from './connections/presence.js';
import { Registry } from './connections/registry.js';
import { CredentialsCache } from './credentials/credentials-cache.js';
import { CredentialsStore } from './credentials/credentials.store.js';
import { FailedLoginLimiter } from './handshake/failed-login-limiter.js';
import { HandshakeServer } from './handshake/handshake-server.js';
import { Authentication } from './handshake/authentication.js';
import { Incidents } from './incidents/incidents.service.js';
import { IncidentsStore } from './incidents/incidents.store.js';
import { Notifications } from './notifications/notifications.js';
import { Quarantine } from './quarantine/quarantine.service.js';
import { ClocksStore } from './lenient-readings/clocks.store.js';
import { LenientReadings } from './lenient-readings/lenient-readings.service.js';
import { QuarantineStore } from './quarantine/quarantine.store.js';
import type { ReplayParts } from './quarantine/replay.js';
import { StartsStore } from './starts/starts.store.js';
import { abilitiesOf } from './station/abilities.js';
import type { Station } from './station/station.js';
import { Stations, type StationsParts } from './station/stations.service.js';
import { FrameTelemetry } from './station/telemetry.js';
import { protocols } from './versions.js';

/** What the platform gives the gateway (libs/service), or a test in its place. */
export interface Dependencies {
  readonly database: Database;
  readonly producer: Producer;
  readonly requests: Requests;
  readonly operators: Pick<KnownOperators, 'get'>;
  readonly hasher: Pick<SecretHasher, 'hashesOf' | 'equal'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly processName: string;
  readonly handled: Handled;
  readonly settings: Settings<typeof gatewaySettings>;
}

/** The composed gateway: what the Nest module, its lifecycle and tests reach for. */
export interface GatewayParts {
  readonly handshakes: HandshakeServer;
  readonly stations: Stations;
  readonly commands: Commands;
  readonly connections: Connections;
  readonly presence: Presence;
  readonly incidents: Incidents;
  readonly notifications: Notifications;
  /** What a message that is taken in later is handled with. */
  readonly replaying: ReplayParts;
  readonly readings: LenientReadings;
}

const FAILED_CHECKS_PER_MINUTE = 10;
/** What an answer may take besides what it is held for. */
const ANSWER_MARGIN_MS = 5_000;

/** The composition root: makes every part once and wires them by constructor. */
export function compose(dependencies: Dependencies): GatewayParts {
  const { database, producer, clock, logger, processName: name, settings } = dependencies;
  const registry = new Registry<Station>();
  const notifications = new Notifications(database, (err) =>
    logger.warn({ err }, 'notifications of other processes are not received'),
  );
  const credentials = new CredentialsCache(database, new CredentialsStore(), notifications);
  const incidents = new Incidents({ database, store: new IncidentsStore(), logger, now: () => clock.now() });
  const leaseMs = settings.LEASE_MS;
  const pod = { podId: uuidv7(), name };
  const presence = new Presence({ producer, clock, pod, leaseMs, elapsed: () => performance.now() });
  const connections = new Connections({
    database,
    connections: new ConnectionsStore(),
    pods: new PodsStore(),
    registry,
    notifications,
    presence,
    producer,
    clock,
    pod,
    leaseMs,
  });
  const quarantine = quarantineOf(dependencies);
  const telemetry = new FrameTelemetry(() => registry.all());
  const clocks = new ClocksStore();
  const now = () => clock.now().toISOString();
  const readings = new LenientReadings({ database, clocks, producer, telemetry, logger, now });
  const station = { ...stationParts(dependencies, registry, credentials, quarantine), telemetry, readings };
  const rateLimits = rateLimitsOf(settings);
  const stations = new Stations({
    registry,
    connections,
    credentials,
    incidents,
    producer,
    station,
    rateLimits,
    logger,
  });
  const silences = new Silences({ database, store: new SilencesStore(), logger });
  const callTimeoutMs = settings.STATION_CALL_TIMEOUT_MS;
  const commands = new Commands({ registry, producer, clock, silences, logger, callTimeoutMs });
  const authentication = new Authentication({
    credentials,
    failedLogins: new FailedLoginLimiter(() => clock.now(), FAILED_CHECKS_PER_MINUTE),
    incidents,
    hasher: dependencies.hasher,
    // Half of the handshake's time, so that there is time left to answer.
    upToDate: () => dependencies.handled(stationCredentials, settings.HANDSHAKE_TIMEOUT_MS / 2),
    logger,
    waitMs: settings.CREDENTIALS_WAIT_MS,
  });
  const handshakes = new HandshakeServer({
    authentication,
    connections,
    registry,
    incidents,
    logger,
    rateLimiterOf: (stationId) => stations.rateLimiterOf(stationId),
    accept: (socket, admission, version) => stations.accept(socket, admission, protocols[version]),
    limits: {
      handshakeMs: settings.HANDSHAKE_TIMEOUT_MS,
      messageBytes: settings.MAX_MESSAGE_BYTES,
      largeMessagesBytes: settings.LARGE_MESSAGES_BYTES,
      connections: settings.MAX_CONNECTIONS,
      compression: settings.OCPP_COMPRESSION,
    },
  });
  // A station that is connected here may have shown more than is written yet.
  const clockOf = async (stationId: string) => registry.of(stationId) ?? (await credentials.of(stationId)) ?? {};
  const replaying = { abilities: station.abilities, defect: station.defect, clockOf };
  return { handshakes, stations, commands, connections, presence, incidents, notifications, readings, replaying };
}

/** A burst of bytes is what a station may send in two seconds, and at least its largest message. */
function rateLimitsOf(settings: Dependencies['settings']): InboundRateLimits {
  const { STATION_MESSAGES_PER_S: messagesPerS, STATION_MESSAGES_BURST: messagesBurst } = settings;
  const { STATION_BYTES_PER_S: bytesPerS, MAX_MESSAGE_BYTES: largest } = settings;
  return { ...inboundRateLimits, messagesPerS, messagesBurst, bytesPerS, bytesBurst: Math.max(2 * bytesPerS, largest) };
}

function quarantineOf({ database, producer, logger, settings }: Dependencies): Quarantine {
  const stores = { store: new QuarantineStore(), starts: new StartsStore() };
  return new Quarantine({ database, ...stores, producer, logger, holdMs: settings.HOLD_MS });
}

function stationParts(
  dependencies: Dependencies,
  registry: Registry<Station>,
  credentials: CredentialsCache,
  quarantine: Quarantine,
): Omit<StationsParts['station'], 'telemetry' | 'readings'> {
  const { database, producer, requests, operators, clock, logger, settings } = dependencies;
  const holdMs = settings.HOLD_MS;
  const authorization = {
    requests,
    deadlineMs: settings.AUTHORIZE_TIMEOUT_MS,
    // An operator that is not known yet has said nothing that would allow to charge.
    defaultOf: async (operatorId: string) => (await operators.get(operatorId))?.authorizationDefault ?? 'Invalid',
    unanswered: ({ stationId }: { stationId: string }) =>
      logger.warn({ stationId }, "nobody answered about a token in time; the operator's default did"),
  };
  const starts = new StartsStore();
  return {
    now: nowOf(clock),
    abilities: abilitiesOf({
      clock,
      producer,
      database,
      starts,
      credentials,
      registry,
      quarantine,
      authorization,
      holdMs,
    }),
    quarantine: (...message) => quarantine.add(...message),
    defect: (message, err) => logger.error({ err, action: message.action }, 'a message could not be answered'),
    limits: {
      ...rpcLimits,
      lengthMax: settings.MAX_MESSAGE_BYTES,
      answerTimeoutMs: holdMs + ANSWER_MARGIN_MS,
      callTimeoutMs: settings.STATION_CALL_TIMEOUT_MS,
      pingIntervalMs: settings.PING_INTERVAL_MS,
    },
  };
}

/** Now in RFC 3339, formatted once per millisecond: busy stations send several messages in each. */
function nowOf(clock: Clock): () => string {
  let [written, text] = [NaN, ''];
  return () => {
    const now = clock.now();
    if (now.getTime() !== written) [written, text] = [now.getTime(), now.toISOString()];
    return text;
  };
}
