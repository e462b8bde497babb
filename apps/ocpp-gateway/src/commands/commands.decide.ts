import type { Command, OcppVersion } from '@chargemesh/contracts';
import { CallTimeout, ConnectionClosed, OcppError, QueueFull, UnreadableAnswer, isSentBy } from '@chargemesh/ocpp';
import type { Outcome } from './to-station.js';

const DETAIL_LENGTH_MAX = 512;

/** The outcome of a command whose CALL failed. */
export function failed(error: unknown): Outcome {
  const detail = (error instanceof Error ? error.message : String(error)).slice(0, DETAIL_LENGTH_MAX);
  if (error instanceof QueueFull) return { status: 'failed', detail, sent: false };
  if (error instanceof CallTimeout && !error.sent) return { status: 'failed', detail, sent: false };
  if (error instanceof CallTimeout) return { status: 'timed-out', detail };
  if (error instanceof UnreadableAnswer) return { status: 'failed', detail, sent: true };
  if (error instanceof ConnectionClosed)
    return error.sent
      ? { status: 'failed', detail, sent: true }
      : { status: 'failed', detail: `never sent: ${detail}`, sent: false };
  const unsupported = error instanceof OcppError && (error.code === 'NotSupported' || error.code === 'NotImplemented');
  return { status: unsupported ? 'not-supported' : 'failed', detail };
}

/**
 * The outcome of a command that is not turned into requests: the version cannot say it, or has the message, which nobody has
 * built here. The station is asked neither way.
 * @param isBuilt whether there is a row for the command in this version
 */
export function inexpressible(version: OcppVersion, name: Command['name'], isBuilt: boolean): Outcome {
  const isKnown = !isBuilt && isSentBy(`ocpp${version}`, 'toStation', name);
  const detail = isKnown
    ? `OCPP ${version} has ${name}, which this platform does not send yet`
    : `OCPP ${version} cannot say this`;
  return { status: 'not-supported', detail, sent: false };
}

/** The outcome of a command that took several CALLs: the first that was not accepted, with the details of all. */
export function combined(outcomes: readonly Outcome[]): Outcome {
  const decisive = outcomes.find(({ status }) => status !== 'accepted') ?? outcomes[0];
  const details = outcomes.flatMap(({ detail }) => (detail ? [detail] : []));
  const outcome = {
    status: decisive?.status ?? 'failed',
    // Of several CALLs, those before the one that was not sent were.
    ...(outcomes.length === 1 && decisive?.sent === false ? { sent: false } : {}),
    ...(decisive?.sent ? { sent: true } : {}),
  };
  return details.length > 0 ? { ...outcome, detail: details.join('; ').slice(0, DETAIL_LENGTH_MAX) } : outcome;
}

/** Of the 32 CALLs that may wait for a station. */
const BEST_EFFORT_MAX = 16;

/** A best-effort action that a station left unanswered is not sent again for so long. */
export const SILENCE_KEPT_MS = 900_000;

/** The state of best-effort commands of one station. */
export interface BestEffortCalls {
  /** Actions that it answered, on this connection, with an error for an unknown one. */
  readonly unknown: Set<string>;
  /** Actions that it did not answer, and until when that is remembered, in milliseconds since the epoch. */
  readonly silentUntil: Map<string, number>;
  underWay: number;
}

/** The outcome of a best-effort command that is not sent; undefined if it is. */
export function skippedBestEffort(
  action: string,
  { unknown, silentUntil, underWay }: Readonly<BestEffortCalls>,
  now: Date,
): Outcome | undefined {
  const never = { sent: false } as const;
  if (unknown.has(action)) return { status: 'not-supported', detail: `the station does not know ${action}`, ...never };
  if ((silentUntil.get(action) ?? 0) > now.getTime())
    return { status: 'timed-out', detail: `never sent: the station does not answer ${action}`, ...never };
  if (underWay >= BEST_EFFORT_MAX)
    return { status: 'failed', detail: 'never sent: too many commands wait for the station', ...never };
  return undefined;
}

/** Notes the outcome of a best-effort command; returns until when the action is skipped, if it was not answered. */
export function noteBestEffort(
  action: string,
  { status, sent }: Outcome,
  bestEffort: BestEffortCalls,
  now: Date,
): Date | undefined {
  if (sent === false) return undefined;
  if (status === 'timed-out') {
    const until = new Date(now.getTime() + SILENCE_KEPT_MS);
    bestEffort.silentUntil.set(action, until.getTime());
    return until;
  }
  if (status === 'not-supported') bestEffort.unknown.add(action);
  else bestEffort.silentUntil.delete(action);
  return undefined;
}
