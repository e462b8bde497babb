/** A stop that a station did not take is asked for again after so long, one that shows no effect after twice as long. */
const FAILED_MS = 30_000;
export const NO_EFFECT_MS = 60_000;
/** Each pause is twice the one before, up to it. */
export const LONGEST_PAUSE_MS = 900_000;
/** A day of them: then it is for a person at the station. */
const ASKED_AT_MOST = 100;

/** What has become of a stop. */
interface Stop {
  readonly stopFailed: boolean;
  readonly stopAgainAt: Date | null;
}

/** What it depends on, of the facts of a payment. */
interface StopFacts {
  readonly endedAt: Date | null;
  readonly stopWanted: string | null;
  readonly stopsAsked: number;
}

/** A stop that was asked for: it is asked for again, unless something comes of it. */
export function asked(stopsAsked: number, at: Date): Stop & Pick<StopFacts, 'stopsAsked'> {
  return { stopsAsked, stopFailed: false, stopAgainAt: againAt(stopsAsked, at, NO_EFFECT_MS) };
}

/** A stop that was answered; one that was accepted and then shows no effect is asked for again, too. */
export function answered(facts: StopFacts, isTaken: boolean, at: Date): Partial<Stop> {
  if (facts.stopWanted === null || isOver(facts)) return {};
  return { stopFailed: !isTaken, stopAgainAt: againAt(facts.stopsAsked, at, isTaken ? NO_EFFECT_MS : FAILED_MS) };
}

/** The end of the session is the end of its stop. What was released is over when nobody charges on its token at all. */
export function endOf(facts: StopFacts): Partial<Stop> {
  return isOver(facts) ? { stopFailed: false, stopAgainAt: null } : {};
}

function isOver({ endedAt, stopWanted }: StopFacts): boolean {
  return endedAt !== null && stopWanted !== 'released';
}

function againAt(stopsAsked: number, at: Date, firstMs: number): Date | null {
  if (stopsAsked >= ASKED_AT_MOST) return null;
  return new Date(at.getTime() + Math.min(firstMs * 2 ** (stopsAsked - 1), LONGEST_PAUSE_MS));
}
