import type { DataOf, StartAnswered, StartRequested } from '@chargemesh/contracts';
import { hasEvse } from '../commands/remote.decide.js';
import type { KnownStation } from '../transactions/snapshot.js';

export type Refusal = Pick<DataOf<typeof StartAnswered>, 'status' | 'detail'>;

/** What a start is seen against. */
export interface Around {
  readonly operatorId: string;
  readonly station: KnownStation | undefined;
  readonly isWithdrawn: boolean;
  readonly now: Date;
}

/** Why a station is not asked to start at all. */
export function refusalOf(
  { evseId, expiresAt }: DataOf<typeof StartRequested>,
  { operatorId, station, isWithdrawn, now }: Around,
): Refusal | undefined {
  if (isWithdrawn) return { status: 'rejected', detail: 'withdrawn before it was asked for' };
  if (Date.parse(expiresAt) <= now.getTime()) return { status: 'timed-out', detail: 'its time was over' };
  if (station?.operatorId !== operatorId) return { status: 'evse-unknown', detail: 'the station is not known' };
  if (!hasEvse(station, evseId)) return { status: 'evse-unknown', detail: 'the station has no such EVSE' };
  return station.connected ? undefined : { status: 'not-connected' };
}
