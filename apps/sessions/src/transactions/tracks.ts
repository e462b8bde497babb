import { parseStationTime } from './effective-time.js';
import { type Session, emptySession, keyOf } from './session.js';
import type { sessionIdOf } from './session-id.js';
import type { Cause } from './session-events.js';

/** What a session looked like before the batch, and which events caused what is told of it. */
export interface Track {
  readonly before: Session | undefined;
  session: Session;
  /** The session as it was last settled; undefined before that. */
  standing: Session | undefined;
  cause: Cause;
}

/** Of which transaction something is said, and when. */
export interface AboutTransaction {
  readonly operatorId: string;
  readonly data: {
    readonly stationId: string;
    readonly transactionId: string;
    readonly at: string;
    readonly receivedAt: string;
  };
}

/** The sessions of a batch: those that were known, and those of which it tells first. */
export class Tracks {
  private readonly tracks = new Map<string, Track>();
  private readonly byStation = new Map<string, Track[]>();

  constructor(
    known: readonly Session[],
    private readonly newId: typeof sessionIdOf,
  ) {
    for (const session of new Map(known.map((session) => [keyOf(session), session])).values())
      this.add({ before: session, session, standing: session, cause: {} });
  }

  all(): Iterable<Track> {
    return this.tracks.values();
  }

  ofStation(stationId: string): readonly Track[] {
    return this.byStation.get(stationId) ?? [];
  }

  sessionsOf(stationId: string): Session[] {
    return this.ofStation(stationId).map(({ session }) => session);
  }

  find(of: { stationId: string; transactionId: string }): Track | undefined {
    return this.tracks.get(keyOf(of));
  }

  of({ operatorId, data }: AboutTransaction): Track {
    const found = this.find(data);
    if (found) return found;
    const { stationId, transactionId } = data;
    const about = { operatorId, stationId, transactionId };
    const sessionId = this.newId(about, data.receivedAt);
    const track: Track = {
      before: undefined,
      session: emptySession({ ...about, sessionId }, parseStationTime(data.at)),
      standing: undefined,
      cause: {},
    };
    this.add(track);
    return track;
  }

  private add(track: Track): void {
    const { stationId } = track.session;
    this.tracks.set(keyOf(track.session), track);
    const ofStation = this.byStation.get(stationId);
    if (ofStation) ofStation.push(track);
    else this.byStation.set(stationId, [track]);
  }
}

/** What the next reading of a running session moves; all else stays the very same value. */
const MOVED: ReadonlySet<string> = new Set<keyof Session>([
  'version',
  'seqRanges',
  'lastFactAt',
  'lastHeardAt',
  'lastReceivedAt',
  'offsets',
  'series',
  'beginWh',
  'endWh',
  'walks',
  'stateAt',
  'chargingState',
  'hasCharged',
  'risenAt',
  'idleSince',
  'energyWh',
]);

export function isSameButFigures(before: Session, after: Session): boolean {
  for (const property in after) {
    const key = property as keyof Session;
    if (before[key] !== after[key] && !MOVED.has(key)) return false;
  }
  return true;
}
