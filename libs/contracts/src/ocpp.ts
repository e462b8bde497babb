import { Type, type Static } from 'typebox';
import { type DataOf, type EventOf, event, hours, topic } from './contract.js';
import {
  ConnectorId,
  DecimalString,
  EvseId,
  Instant,
  StationId,
  TransactionId,
  Uuid,
  Version,
  oneOf,
  optional,
  text,
} from './fields.js';
import { StationTariff } from './station-tariff.js';

/** What stations say, in one vocabulary for all OCPP versions (OCPP 2.x terms). */
export const stationEvents = topic('ocpp.station-events.v1', { key: ['stationId'] });
/** Commands for stations; every gateway pod reads them, the one that holds the socket acts. */
export const stationCommands = topic('ocpp.station-commands.v1', { key: ['stationId'], retentionMs: hours(24) });
/** Signs of life of the gateway's processes, read by all of them. */
export const gatewayPresence = topic('ocpp.gateway-presence.v1', {
  key: ['processId'],
  partitions: 1,
  retentionMs: hours(1),
});
export const commandResults = topic('ocpp.command-results.v1', { key: ['stationId'] });

export const OcppVersion = oneOf('1.6', '2.0.1', '2.1');
export type OcppVersion = Static<typeof OcppVersion>;

/** OCPP 2.x ConnectorStatusEnumType. */
export const ConnectorStatus = oneOf('Available', 'Occupied', 'Reserved', 'Unavailable', 'Faulted');
export type ConnectorStatus = Static<typeof ConnectorStatus>;

export const RegistrationStatus = oneOf('Accepted', 'Pending', 'Rejected');
export type RegistrationStatus = Static<typeof RegistrationStatus>;

/** OCPP 2.x AuthorizationStatusEnumType. */
export const AuthorizationStatus = oneOf(
  'Accepted',
  'Blocked',
  'ConcurrentTx',
  'Expired',
  'Invalid',
  'NoCredit',
  'NotAllowedTypeEVSE',
  'NotAtThisLocation',
  'NotAtThisTime',
  'Unknown',
);
export type AuthorizationStatus = Static<typeof AuthorizationStatus>;

/** OCPP 2.x ChargingStateEnumType. */
export const ChargingState = oneOf('EVConnected', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Idle');
export type ChargingState = Static<typeof ChargingState>;

/** OCPP 2.x IdTokenType: the token as read, and its kind (`ISO14443`, `Central`, …; 1.6 does not say: `ISO14443`). */
export const IdToken = Type.Object({ value: Type.String({ minLength: 1, maxLength: 255 }), type: text(255) });
export type IdToken = Static<typeof IdToken>;

/** One measured value in its base unit: Wh, W, A, V, varh, var, VA, Percent, Celsius, Hertz. */
export const SampledValue = Type.Object({
  measurand: text(255),
  value: Type.Number(),
  unit: optional(text(255)),
  phase: optional(text(255)),
  location: optional(text(255)),
  context: optional(text(255)),
});
export type SampledValue = Static<typeof SampledValue>;

/** A measured value that may be several numbers, as the station wrote it (`1,234`); nothing follows from it. */
export const UnreadValue = Type.Object({
  ...Type.Omit(SampledValue, ['value']).properties,
  written: text(255),
});
export type UnreadValue = Static<typeof UnreadValue>;

/** Signed meter data, byte for byte as the station sent it. */
export const SignedValue = Type.Object({
  data: text(32_768),
  encoding: optional(text(50)),
  method: optional(text(50)),
  publicKey: optional(text(2_500)),
});
export type SignedValue = Static<typeof SignedValue>;

/** What was measured at one moment. */
export const MeterSample = Type.Object({
  at: Instant,
  values: Type.Array(SampledValue, { maxItems: 200 }),
  signed: optional(Type.Array(SignedValue, { maxItems: 50 })),
  unread: optional(Type.Array(UnreadValue, { maxItems: 200 })),
});
export type MeterSample = Static<typeof MeterSample>;

const onConnection = { stationId: StationId, epoch: Type.Integer({ minimum: 1 }), receivedAt: Instant };
/** Facts that carry no time of their own are told apart by the message that they came by. */
const byMessage = {
  ...onConnection,
  messageId: text(36),
  /** Of what the message says and when it came: not every station gives its messages ids of their own. */
  digest: optional(text(64)),
};

export const StationConnected = event(stationEvents, 'station-connected', {
  identity: ['stationId', 'epoch'],
  data: {
    ...onConnection,
    ocppVersion: OcppVersion,
    /** Which password opened the door: the first of that version of the station's credentials, or the one before. */
    credential: optional(Type.Object({ version: Version, previous: Type.Boolean() })),
  },
});

/** A gateway process lives, and holds its sockets, whether or not it reaches its database. It belongs to no operator. */
export const GatewayPresent = event(gatewayPresence, 'gateway-present', {
  identity: ['processId', 'at'],
  data: { processId: Uuid, at: Instant },
});

/** The connection `epoch` is over; of an epoch older than the newest it changes nothing. */
export const StationDisconnected = event(stationEvents, 'station-disconnected', {
  identity: ['stationId', 'epoch'],
  data: { ...onConnection, reason: text(255) },
});

export const StationBooted = event(stationEvents, 'station-booted', {
  identity: ['stationId', 'epoch', 'messageId', 'digest'],
  data: {
    ...byMessage,
    reason: text(50),
    /** As the station writes them, which may be longer than OCPP allows, or empty. */
    vendor: text(255),
    model: text(255),
    serialNumber: optional(text(255)),
    firmwareVersion: optional(text(255)),
    /** What the gateway answered. */
    registration: RegistrationStatus,
  },
});

/** A connector's status; evseId 0 is the station itself. */
export const ConnectorStatusChanged = event(stationEvents, 'connector-status-changed', {
  identity: ['stationId', 'epoch', 'messageId', 'digest'],
  data: {
    ...byMessage,
    evseId: EvseId,
    connectorId: ConnectorId,
    status: ConnectorStatus,
    /** The finer OCPP 1.6 word, e.g. `SuspendedEV`. */
    detail: optional(text(30)),
    errorCode: optional(text(50)),
    /** The vendor's code, or the station's own word where its error code is none of OCPP's. */
    vendorErrorCode: optional(text(255)),
    info: optional(text(255)),
    at: Instant,
  },
});

const transactionFields = {
  ...onConnection,
  evseId: optional(EvseId),
  connectorId: optional(ConnectorId),
  /** OCPP 2.x sequence number; 1.6 has none. */
  seqNo: optional(Type.Integer({ minimum: 0 })),
  /** Of what the station says: two facts of one moment may have one sequence number, or none. */
  digest: optional(text(64)),
  /** The station's own time of the fact. */
  at: Instant,
  offline: Type.Boolean(),
  trigger: text(255),
  chargingState: optional(ChargingState),
  idToken: optional(IdToken),
  /** What the gateway answered about the token, and whether somebody or the operator's default decided. */
  authorization: optional(Type.Object({ status: AuthorizationStatus, by: oneOf('sessions', 'default') })),
  remoteStartId: optional(Type.Integer()),
  reservationId: optional(Type.Integer()),
  samples: Type.Array(MeterSample, { maxItems: 2_000 }),
  /** How the message was read, where it was not said as it should be: `time-zone-assumed`, `id-token-mended`, … */
  flags: optional(Type.Array(text(30), { maxItems: 20 })),
};

const transaction = { ...transactionFields, transactionId: TransactionId };

export const TransactionStarted = event(stationEvents, 'transaction-started', {
  identity: ['stationId', 'transactionId', 'seqNo', 'at', 'digest'],
  parkBy: ['stationId', 'transactionId'],
  data: transaction,
});
export const TransactionUpdated = event(stationEvents, 'transaction-updated', {
  identity: ['stationId', 'transactionId', 'seqNo', 'at', 'digest'],
  parkBy: ['stationId', 'transactionId'],
  data: transaction,
});
export const TransactionEnded = event(stationEvents, 'transaction-ended', {
  identity: ['stationId', 'transactionId', 'seqNo', 'at', 'digest'],
  parkBy: ['stationId', 'transactionId'],
  data: {
    ...transaction,
    stoppedReason: text(50),
    /** The station's own word, where it is none of OCPP's and told as `Other`. */
    stoppedWord: optional(text(255)),
  },
});

/**
 * A transaction ended of which the station named no id that it was given for a start: -1, 0, none, or that of another
 * station. Which one it is, sessions knows, if any: the message is kept under `quarantineId` until then.
 */
export const UnknownTransactionEnded = event(stationEvents, 'unknown-transaction-ended', {
  identity: ['stationId', 'quarantineId'],
  parkBy: ['stationId', 'quarantineId'],
  data: {
    ...transactionFields,
    quarantineId: Uuid,
    /** What the station said instead of an id. */
    claimedId: optional(TransactionId),
    stoppedReason: text(50),
    stoppedWord: optional(text(255)),
  },
});

/** A transaction message had no readable meaning; it was answered, and is kept for a person under `quarantineId`. */
export const MessageQuarantined = event(stationEvents, 'message-quarantined', {
  identity: ['stationId', 'quarantineId'],
  parkBy: ['stationId', 'quarantineId'],
  data: {
    ...onConnection,
    quarantineId: Uuid,
    action: text(50),
    reason: text(1_000),
    /** Where it can be read, or was given for the message. */
    transactionId: optional(TransactionId),
  },
});

/** Somebody, or sessions, has dealt with a message that was kept. */
export const QuarantineSettled = event(stationEvents, 'quarantine-settled', {
  identity: ['stationId', 'quarantineId'],
  parkBy: ['stationId', 'quarantineId'],
  data: {
    stationId: StationId,
    quarantineId: Uuid,
    as: oneOf('replayed', 'discarded'),
    /** The transaction that it was replayed for. */
    transactionId: optional(TransactionId),
    at: Instant,
  },
});

/** Meter values outside a transaction. */
export const MeterValuesReceived = event(stationEvents, 'meter-values-received', {
  identity: ['stationId', 'epoch', 'messageId', 'digest'],
  data: { ...byMessage, evseId: EvseId, samples: Type.Array(MeterSample, { maxItems: 2_000 }) },
});

/** OCPP 2.x NotifyEvent: what the device model's monitors saw. */
export const ComponentEventsReceived = event(stationEvents, 'component-events-received', {
  identity: ['stationId', 'epoch', 'messageId', 'digest'],
  data: { ...byMessage, events: Type.Array(Type.Record(Type.String(), Type.Unknown()), { maxItems: 1_000 }) },
});

/** One part of a device model report. OCPP 2.x NotifyReport; a 1.6 GetConfiguration answer is told in the same words. */
export const ReportDataReceived = event(stationEvents, 'report-data-received', {
  identity: ['stationId', 'epoch', 'messageId', 'digest'],
  data: {
    ...byMessage,
    requestId: Type.Integer(),
    part: Type.Integer({ minimum: 0 }),
    last: Type.Boolean(),
    variables: Type.Array(
      Type.Object({
        component: text(255),
        evseId: optional(EvseId),
        instance: optional(text(255)),
        variable: text(255),
        variableInstance: optional(text(255)),
        value: optional(text(2_500)),
        mutability: optional(text(20)),
      }),
      { maxItems: 2_000 },
    ),
  },
});

export const DataTransferReceived = event(stationEvents, 'data-transfer-received', {
  identity: ['stationId', 'epoch', 'messageId', 'digest'],
  data: { ...byMessage, vendorId: text(255), vendorMessageId: optional(text(255)), payload: optional(Type.Unknown()) },
});

/** How messages of a station were read that do not fit their schema though they say what they mean; once in a while. */
export const MessagesReadLeniently = event(stationEvents, 'messages-read-leniently', {
  identity: ['stationId', 'epoch', 'receivedAt'],
  data: {
    ...onConnection,
    ocppVersion: OcppVersion,
    readings: Type.Array(
      Type.Object({
        action: text(50),
        rule: text(30),
        /** Where it was first, a JSON pointer into the payload with `*` for elements of lists, and what stood there. */
        path: text(255),
        word: optional(text(255)),
        /** Messages since the last event. */
        count: Type.Integer({ minimum: 1 }),
      }),
      { minItems: 1, maxItems: 50 },
    ),
  },
});

export type StationEvent =
  | EventOf<typeof StationConnected>
  | EventOf<typeof StationDisconnected>
  | EventOf<typeof StationBooted>
  | EventOf<typeof ConnectorStatusChanged>
  | EventOf<typeof TransactionStarted>
  | EventOf<typeof TransactionUpdated>
  | EventOf<typeof TransactionEnded>
  | EventOf<typeof MeterValuesReceived>
  | EventOf<typeof ComponentEventsReceived>
  | EventOf<typeof ReportDataReceived>
  | EventOf<typeof DataTransferReceived>
  | EventOf<typeof MessagesReadLeniently>;

/** What is said of messages that are kept until somebody has dealt with them. */
export type QuarantineEvent =
  EventOf<typeof UnknownTransactionEnded> | EventOf<typeof MessageQuarantined> | EventOf<typeof QuarantineSettled>;

const Variable = { component: text(50), variable: text(50), evseId: optional(EvseId) };

/** A command in OCPP 2.x words; the gateway says it in the station's version. */
export const Command = Type.Union([
  Type.Object({
    name: Type.Literal('RequestStartTransaction'),
    evseId: optional(EvseId),
    idToken: IdToken,
    remoteStartId: Type.Integer({ minimum: 1 }),
  }),
  Type.Object({ name: Type.Literal('RequestStopTransaction'), transactionId: TransactionId }),
  Type.Object({ name: Type.Literal('Reset'), kind: oneOf('Immediate', 'OnIdle'), evseId: optional(EvseId) }),
  Type.Object({
    name: Type.Literal('TriggerMessage'),
    message: text(40),
    evseId: optional(EvseId),
    connectorId: optional(ConnectorId),
  }),
  Type.Object({ name: Type.Literal('GetVariables'), variables: Type.Array(Type.Object(Variable), { maxItems: 100 }) }),
  Type.Object({
    name: Type.Literal('SetVariables'),
    variables: Type.Array(Type.Object({ ...Variable, value: text(2_500) }), { minItems: 1, maxItems: 100 }),
  }),
  Type.Object({ name: Type.Literal('GetBaseReport'), requestId: Type.Integer(), report: text(30) }),
  Type.Object({
    name: Type.Literal('DataTransfer'),
    vendorId: text(255),
    messageId: optional(text(50)),
    data: optional(Type.Unknown()),
  }),
  /** What a transaction costs so far, or at last, taxes included, in the currency of its tariff. */
  Type.Object({ name: Type.Literal('CostUpdated'), transactionId: TransactionId, totalCost: DecimalString }),
  /** The price at an EVSE, or at all (0), of those who have none of their own. OCPP 2.1 only, like all about tariffs. */
  Type.Object({ name: Type.Literal('SetDefaultTariff'), evseId: EvseId, tariff: StationTariff }),
  Type.Object({ name: Type.Literal('GetTariffs'), evseId: EvseId }),
  /** These tariffs, or all; of one EVSE, or of all. */
  Type.Object({
    name: Type.Literal('ClearTariffs'),
    tariffIds: optional(Type.Array(text(60), { minItems: 1, maxItems: 100 })),
    evseId: optional(EvseId),
  }),
  /** The price of a running transaction, from now on. */
  Type.Object({ name: Type.Literal('ChangeTransactionTariff'), transactionId: TransactionId, tariff: StationTariff }),
]);
export type Command = Static<typeof Command>;

/**
 * Which of the commands that wait for a station goes first: `high` what a person waits for, `low` what the station can
 * do without.
 */
export const CommandPriority = oneOf('high', 'normal', 'low');
export type CommandPriority = Static<typeof CommandPriority>;

export const StationCommand = event(stationCommands, 'station-command', {
  identity: ['commandId'],
  data: {
    commandId: Uuid,
    stationId: StationId,
    askedBy: text(40),
    expiresAt: Instant,
    command: Command,
    /** Nobody waits for its result, and none is told; it may be said twice. */
    silent: optional(Type.Boolean()),
    /** Left out: `normal`. */
    priority: optional(CommandPriority),
  },
});

/** The first final result of a command wins. `not-connected` is never said by a gateway: silence is a time-out. */
export const CommandResult = event(commandResults, 'command-result', {
  identity: ['commandId', 'status'],
  data: {
    commandId: Uuid,
    stationId: StationId,
    askedBy: text(40),
    status: oneOf('accepted', 'rejected', 'not-supported', 'timed-out', 'failed'),
    /** The station's own words: its status, its reason, an error code. */
    detail: optional(text(512)),
    /** The answer as the station gave it. */
    answer: optional(Type.Record(Type.String(), Type.Unknown())),
    /**
     * False where the station never got the command, so that it may be given again without harm; true where it may have,
     * and no answer that can be read says what it made of it.
     */
    sent: optional(Type.Boolean()),
    at: Instant,
  },
});

/** What became of a command for whoever asked for it: a failure that may be none is not known. */
export function commandStatusOf({ status, sent }: { status: DataOf<typeof CommandResult>['status']; sent?: boolean }) {
  return status === 'failed' && sent ? 'unknown' : status;
}
