import { type Event, stationCredentials } from '@chargemesh/contracts';
import type { Logger, Producer, Requests } from '@chargemesh/messaging';
import type { Database } from '@chargemesh/persistence';
import {
  type Clock,
  FailedLoginLimiter,
  type Handled,
  type KnownOperators,
  type SecretBox,
  type SecretHasher,
  type Settings,
} from '@chargemesh/service';
import { type InboundRateLimits, inboundRateLimits, rpcLimits } from '@chargemesh/ocpp';
import { v7 as uuidv7 } from 'uuid';
import { authorizer } from './authorization/authorization.js';
import { driverTariffs } from './authorization/driver-tariff.js';
import { Commands } from './commands/commands.service.js';
import { Silences } from './commands/silences.service.js';
import { SilencesStore } from './commands/silences.store.js';
import type { gatewaySettings } from './config.js';
import { Connections } from './connections/connections.service.js';
import { ConnectionsStore } from './connections/connections.store.js';
import { GatewayProcessesStore } from './connections/gateway-processes.store.js';
import { Presence } from './connections/presence.js';
import { Registry } from './connections/registry.js';
import { CredentialsCache } from './credentials/credentials-cache.js';
import { CredentialsStore } from './credentials/credentials.store.js';
import { HandshakeServer } from './handshake/handshake-server.js';
import { Authentication } from './handshake/authentication.js';
import { Incidents } from './incidents/incidents.service.js';
import { IncidentsStore } from './incidents/incidents.store.js';
import { Notifications } from './notifications/notifications.js';
import { Quarantine } from './quarantine/quarantine.service.js';
import { ClocksStore } from './deviations/clocks.store.js';
import { Deviations } from './deviations/deviations.service.js';
import { QuarantineStore } from './quarantine/quarantine.store.js';
import type { ReplayParts } from './quarantine/replay.js';
import { TransactionIds } from './transaction-ids/transaction-ids.service.js';
import { TransactionIdsStore } from './transaction-ids/transaction-ids.store.js';
import { append } from './station/append.js';
import { retryWhileDatabaseAway } from './station/database-retry.js';
import type { AuthorizationPort, Ports } from './station/ports.js';
import { Registration } from './station/registration.service.js';
import type { Station } from './station/station.js';
import { Stations, type StationsParts } from './station/stations.service.js';
import { FrameTelemetry } from './station/telemetry.js';
import { terminals } from './terminals/terminals.js';
import { protocols } from './versions.js';

/** What the platform gives the gateway (libs/service), or a test in its place. */
export interface Dependencies {
  readonly database: Database;
  readonly producer: Producer;
  readonly requests: Requests;
  readonly operators: Pick<KnownOperators, 'get'>;
  readonly hasher: Pick<SecretHasher, 'hashesOf' | 'equal'>;
  readonly secretBox: Pick<SecretBox, 'open'>;
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
  /** For replays of messages in quarantine. */
  readonly replaying: ReplayParts;
  readonly deviations: Deviations;
}

const FAILED_CHECKS_PER_MINUTE = 10;
/** What an answer may take beyond the time that it is held. */
const ANSWER_MARGIN_MS = 5_000;

/** The composition root: makes every part once and wires them by constructor. */
export function compose(dependencies: Dependencies): GatewayParts {
  const { database, producer, clock, logger, settings } = dependencies;
  const registry = new Registry<Station>();
  const notifications = new Notifications(database, (err) =>
    logger.warn({ err }, 'notifications of other processes are not received'),
  );
  const credentials = new CredentialsCache(database, new CredentialsStore(), notifications);
  const incidents = new Incidents({ database, store: new IncidentsStore(), logger, now: () => clock.now() });
  const { connections, presence } = connectionsOf(dependencies, registry, notifications);
  const ports = portsOf(dependencies, registry, credentials);
  const telemetry = new FrameTelemetry(() => registry.all());
  const now = () => clock.now().toISOString();
  const deviations = new Deviations({ database, clocks: new ClocksStore(), producer, telemetry, logger, now });
  const station = { ...stationParts(dependencies, ports), telemetry, deviations };
  const rateLimits = rateLimitsOf(settings);
  const attached = { registry, connections, credentials, incidents };
  const stations = new Stations({ ...attached, producer, station, rateLimits, logger });
  const commands = commandsOf(dependencies, registry);
  const handshakes = handshakeServerOf(dependencies, { ...attached, stations });
  // Of a connected station this process may know more than is persisted yet.
  const clockOf = async (stationId: string) => registry.of(stationId) ?? (await credentials.of(stationId)) ?? {};
  const replaying = { ports, defect: station.defect, clockOf };
  return { handshakes, stations, commands, connections, presence, incidents, notifications, deviations, replaying };
}

function connectionsOf(
  { database, producer, clock, processName: name, settings }: Dependencies,
  registry: Registry<Station>,
  notifications: Notifications,
): Pick<GatewayParts, 'connections' | 'presence'> {
  const leaseMs = settings.LEASE_MS;
  const gatewayProcess = { processId: uuidv7(), name };
  const presence = new Presence({ producer, clock, gatewayProcess, leaseMs, elapsed: () => performance.now() });
  const stores = { connections: new ConnectionsStore(), processes: new GatewayProcessesStore() };
  const parts = { ...stores, database, registry, notifications, presence, producer, clock, gatewayProcess, leaseMs };
  return { presence, connections: new Connections(parts) };
}

function commandsOf(dependencies: Dependencies, registry: Registry<Station>) {
  const { database, producer, clock, logger, secretBox, settings } = dependencies;
  const silences = new Silences({ database, store: new SilencesStore(), logger });
  const callTimeoutMs = settings.STATION_CALL_TIMEOUT_MS;
  return new Commands({ registry, producer, clock, silences, logger, secretBox, callTimeoutMs });
}

/** The way in: authentication by the credentials' projection, then the WebSocket server. */
function handshakeServerOf(
  { clock, logger, hasher, handled, settings }: Dependencies,
  {
    registry,
    connections,
    credentials,
    incidents,
    stations,
  }: Pick<StationsParts, 'registry' | 'connections' | 'credentials' | 'incidents'> & { stations: Stations },
): HandshakeServer {
  const authentication = new Authentication({
    credentials,
    failedLogins: new FailedLoginLimiter(() => clock.now(), FAILED_CHECKS_PER_MINUTE),
    incidents,
    hasher,
    // Half of the handshake's time, so that there is time left to answer.
    upToDate: () => handled(stationCredentials, settings.HANDSHAKE_TIMEOUT_MS / 2),
    logger,
    waitMs: settings.CREDENTIALS_WAIT_MS,
  });
  return new HandshakeServer({
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
}

/** A stop may have five values of every ten seconds of a day. */
const ENTRIES_BURST_S = 60;

/** A burst of bytes is what a station may send in two seconds, and at least its largest message. */
function rateLimitsOf(settings: Dependencies['settings']): InboundRateLimits {
  const { STATION_MESSAGES_PER_S: messagesPerS, STATION_MESSAGES_BURST: messagesBurst } = settings;
  const { STATION_BYTES_PER_S: bytesPerS, MAX_MESSAGE_BYTES: largest } = settings;
  const { STATION_ENTRIES_PER_S: entriesPerS } = settings;
  return {
    ...inboundRateLimits,
    ...{ messagesPerS, messagesBurst, bytesPerS, bytesBurst: Math.max(2 * bytesPerS, largest) },
    ...{ entriesPerS, entriesBurst: ENTRIES_BURST_S * entriesPerS },
  };
}

function stationParts(
  { clock, logger, settings }: Dependencies,
  ports: Ports,
): Omit<StationsParts['station'], 'telemetry' | 'deviations'> {
  return {
    now: nowOf(clock),
    ports,
    defect: (message, err) => logger.error({ err, action: message.action }, 'a message could not be answered'),
    limits: {
      ...rpcLimits,
      lengthMax: settings.MAX_MESSAGE_BYTES,
      answerTimeoutMs: settings.HOLD_MS + ANSWER_MARGIN_MS,
      callTimeoutMs: settings.STATION_CALL_TIMEOUT_MS,
      pingIntervalMs: settings.PING_INTERVAL_MS,
    },
  };
}

/** The ports of handlers, on the log, the database and request-reply. */
function portsOf(dependencies: Dependencies, registry: Registry<Station>, credentials: CredentialsCache): Ports {
  const { database, producer, clock, logger, settings } = dependencies;
  const retryWithinMs = settings.HOLD_MS;
  const store = new TransactionIdsStore();
  const appendTo = (events: readonly Event[]) => append(producer, events);
  return {
    clock: { now: () => clock.now().toISOString() },
    events: { append: appendTo },
    authorization: authorizationOf(dependencies),
    transactionIds: new TransactionIds({ database, store, retryWithinMs }),
    quarantine: new Quarantine({
      database,
      store: new QuarantineStore(),
      transactionIds: store,
      producer,
      logger,
      retryWithinMs,
    }),
    registration: new Registration({ credentials, registry, retryWithinMs }),
    terminals: terminals({ requests: dependencies.requests, append: appendTo, now: () => clock.now() }),
  };
}

function authorizationOf({ requests, operators, clock, logger, settings }: Dependencies): AuthorizationPort {
  const now = () => clock.now();
  const authorize = authorizer({
    requests,
    now,
    deadlineMs: settings.AUTHORIZE_TIMEOUT_MS,
    // Of an operator that is not known yet nothing allows to charge.
    defaultOf: async (operatorId) => (await operators.get(operatorId))?.authorizationDefault ?? 'Invalid',
    unanswered: ({ stationId }) =>
      logger.warn({ stationId }, "nobody answered about a token in time; the operator's default did"),
  });
  return {
    // The default is read from the database, which may be away just like sessions.
    authorize: (context, query) => retryWhileDatabaseAway(() => authorize(context, query), settings.HOLD_MS),
    driverTariff: driverTariffs({ requests, now }),
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
