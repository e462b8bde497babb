import { CallTimeout, OcppError } from '@chargemesh/ocpp';
import type { Outcome } from './to-station.js';

const DETAIL_LENGTH_MAX = 512;

/** What a CALL that was not answered as it should be means for its command. */
export function failed(error: unknown): Outcome {
  const detail = (error instanceof Error ? error.message : String(error)).slice(0, DETAIL_LENGTH_MAX);
  if (error instanceof CallTimeout) return { status: 'timed-out', detail };
  const unsupported = error instanceof OcppError && (error.code === 'NotSupported' || error.code === 'NotImplemented');
  return { status: unsupported ? 'not-supported' : 'failed', detail };
}

/** The outcome of a command that took several CALLs: the first that was not accepted, with all that was said. */
export function combined(outcomes: readonly Outcome[]): Outcome {
  const decisive = outcomes.find(({ status }) => status !== 'accepted') ?? outcomes[0];
  const details = outcomes.flatMap(({ detail }) => (detail ? [detail] : []));
  const status = decisive?.status ?? 'failed';
  return details.length > 0 ? { status, detail: details.join('; ').slice(0, DETAIL_LENGTH_MAX) } : { status };
}

/** Of the 32 CALLs that may wait for a station. */
const COURTESIES_MAX = 16;

/** Why a command that a station can do without is not sent; undefined if it is. */
export function sparedCourtesy(
  action: string,
  { unknown, underWay }: { unknown: ReadonlySet<string>; underWay: number },
): Outcome | undefined {
  if (unknown.has(action)) return { status: 'not-supported', detail: `the station does not know ${action}` };
  if (underWay >= COURTESIES_MAX) return { status: 'failed', detail: 'too many commands wait for the station' };
  return undefined;
}
