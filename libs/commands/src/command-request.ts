import { type Command, type CommandPriority, type EventOf, StationCommand, newEvent } from '@chargemesh/contracts';
import { v7 as uuidv7 } from 'uuid';

/** A command on its way to a station. */
export interface CommandRequest {
  readonly commandId: string;
  readonly operatorId: string;
  readonly stationId: string;
  readonly command: Command;
  readonly requestedAt: Date;
  readonly expiresAt: Date;
  /** `normal`, if absent. */
  readonly priority?: CommandPriority;
  /** Nobody waits for its result, and none is told; it may be said twice. */
  readonly silent?: true;
  readonly traceparent?: string | undefined;
}

/** The id of a command, which tells when it was asked for, that time, and when it expires. */
export function idAndDeadline(
  requestedAt: Date,
  worthMs: number,
): Pick<CommandRequest, 'commandId' | 'requestedAt' | 'expiresAt'> {
  const [commandId, expiresAt] = [uuidv7({ msecs: requestedAt.getTime() }), new Date(requestedAt.getTime() + worthMs)];
  return { commandId, requestedAt, expiresAt };
}

/** What has the gateway send a command; its result is told to the service that asked. */
export function commandEvent(askedBy: string, of: CommandRequest): EventOf<typeof StationCommand> {
  const { commandId, operatorId, stationId, command, requestedAt, priority, silent, traceparent } = of;
  const more = { ...(priority === undefined ? {} : { priority }), ...(silent ? { silent } : {}) };
  const data = { commandId, stationId, askedBy, expiresAt: of.expiresAt.toISOString(), command, ...more };
  return newEvent(StationCommand, { operatorId, time: requestedAt.toISOString(), traceparent, data });
}
