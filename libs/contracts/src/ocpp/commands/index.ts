import { Type, type Static } from 'typebox';
import { type DataOf, event } from '../../contract.js';
import { Instant, StationId, Uuid, oneOf, optional, text } from '../../fields.js';
import { commandResults, stationCommands } from '../topics.js';
import { adHocPayment } from './ad-hoc-payment.js';
import { dataTransfer } from './data-transfer.js';
import { provisioning } from './provisioning.js';
import { remoteControl } from './remote-control.js';
import { tariffAndCost } from './tariff-and-cost.js';

export { sealContextOf } from './provisioning.js';

const commands = [...remoteControl, ...provisioning, ...tariffAndCost, ...adHocPayment, ...dataTransfer] as const;
demandOneOfEachName(commands.map(({ properties }) => properties.name.const));

/** A command in OCPP 2.x words, from a file per functional block; the gateway says it in the station's version. */
export const Command = Type.Union([...commands]);
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

function demandOneOfEachName(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`there are two commands ${twice}`);
}
