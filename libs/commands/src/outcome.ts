import { Instant, oneOf, text } from '@chargemesh/contracts';
import { type Static, Type } from 'typebox';

const CommandStatus = oneOf('pending', 'accepted', 'rejected', 'not-supported', 'timed-out', 'failed', 'unknown');
export type CommandStatus = Static<typeof CommandStatus>;

/** What the API shows of a command that somebody waits for. */
export const Outcome = {
  /**
   * `pending` until the station has answered or the time is over. `unknown`: it may have reached the station, and no answer
   * says what that made of it.
   */
  status: CommandStatus,
  requestedAt: Instant,
  expiresAt: Instant,
  finishedAt: Type.Optional(Instant),
  /** The station's own words: its status, its reason, an error code. */
  detail: Type.Optional(text(512)),
};

/** What is known of a command. */
export interface CommandState {
  readonly status: CommandStatus;
  readonly requestedAt: Date;
  readonly expiresAt: Date;
  readonly finishedAt: Date | null;
  readonly detail: string | null;
}

export function outcomeOf({ status, requestedAt, expiresAt, finishedAt, detail }: CommandState) {
  return {
    status,
    requestedAt: requestedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...(finishedAt === null ? {} : { finishedAt: finishedAt.toISOString() }),
    ...(detail === null ? {} : { detail }),
  };
}
