import { type Static, Type } from 'typebox';
import { type DataOf, event } from '../contract.js';
import {
  ConnectorId,
  DecimalString,
  EvseId,
  Instant,
  StationId,
  TransactionId,
  Uuid,
  oneOf,
  optional,
  text,
} from '../fields.js';
import { StationTariff } from '../station-tariff.js';
import { stationCommands, commandResults } from './topics.js';
import { IdToken } from './vocabulary.js';

const Variable = { component: text(50), variable: text(50), evseId: optional(EvseId) };

/** A command in OCPP 2.x terms; the gateway translates it into the station's version. */
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
 * The order of the commands that wait for a station: `high` for what a person waits for, `low` for best-effort ones.
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
    /** No result is published; the command is idempotent. */
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

/** The status of a command for its asker: a failure after which the station may have acted is `unknown`. */
export function commandStatusOf({ status, sent }: { status: DataOf<typeof CommandResult>['status']; sent?: boolean }) {
  return status === 'failed' && sent ? 'unknown' : status;
}
