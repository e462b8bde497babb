import { type Sample, inSeries } from '../meter/sample.js';
import { earlier, later, parseStationTime } from './effective-time.js';
import type { Session } from './session.js';
import { byOurClock, clockOf, corrected } from './station-clock.js';
import type { TransactionFact } from './transaction-fact.js';

/** What a station itself uses is no charging. */
export const CHARGED_WH = 100;

type Times = 'startClaimedAt' | 'startReceivedAt' | 'endClaimedAt' | 'endReceivedAt' | 'endedAt' | 'offsets';
type Begun = Pick<Session, Times | 'authorizedAt' | 'chargedAt'> & { startedAt: Date };

/**
 * From when on a session is billed: once somebody was authorized, or once it charged. A transaction of OCPP 2.x may begin
 * before that, with the cable or the car in its bay; one of which nobody knows who was authorized when is billed whole.
 */
export function billedFrom(session: Begun): Date {
  const { startedAt, endedAt, chargedAt } = session;
  const authorizedAt = authorizedLater(session);
  if (authorizedAt === null) return startedAt;
  const authorized = byOurClock(session)(authorizedAt);
  const begun = later(startedAt, chargedAt ? earlier(authorized, chargedAt) : authorized);
  return endedAt ? earlier(begun, later(startedAt, endedAt)) : begun;
}

/** The same as it is shown and told: what somebody decided is the start. */
export function shownFrom(session: Begun & Pick<Session, 'decision'>): Date {
  return session.decision?.startedAt === undefined ? billedFrom(session) : session.startedAt;
}

/** Whether a fact may tell that a session charged before anybody was authorized. */
export function mayBeginEarlier(
  session: Session,
  { at, samples }: Pick<TransactionFact['data'], 'at' | 'samples'>,
): boolean {
  const authorizedAt = authorizedLater(session);
  return (
    authorizedAt !== null &&
    [at, ...samples.map((sample) => sample.at)].some((one) => parseStationTime(one) < authorizedAt)
  );
}

/** When somebody was authorized, if that was after the transaction began; by the station's clock. */
function authorizedLater({ authorizedAt, startClaimedAt }: Pick<Session, 'authorizedAt' | 'startClaimedAt'>) {
  return authorizedAt !== null && startClaimedAt !== null && authorizedAt > startClaimedAt ? authorizedAt : null;
}

/** When it was first said or read to have charged, as far as the facts so far tell; the bill looks at all readings. */
export function chargedBy(
  session: Session,
  { data: { chargingState, at } }: TransactionFact,
  samples: readonly Sample[],
): Date | null {
  const { series, beginWh } = session;
  const clock = clockOf(session);
  let { chargedAt } = session;
  const sooner = (claimed: Date): void => {
    const one = corrected(claimed, clock);
    chargedAt = chargedAt ? earlier(chargedAt, one) : one;
  };
  if (chargingState === 'Charging') sooner(parseStationTime(at));
  for (const sample of samples) {
    const { energyWh } = inSeries(sample, series);
    if (energyWh !== null && beginWh !== null && energyWh - beginWh > CHARGED_WH) sooner(sample.at);
  }
  return chargedAt;
}
