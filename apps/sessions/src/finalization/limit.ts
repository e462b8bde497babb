import { MS_PER_HOUR } from '../meter/watt-hours.js';

/** What an operator believes of a session's energy without asking. */
export interface Beliefs {
  /** However short it was, in Wh. */
  readonly energyWh: number;
  /** As many times what the connector can deliver. */
  readonly powerFactor: number;
  /** That somebody charged who named no token, at the price for everybody. */
  readonly freeStarts?: boolean;
}

/** Protects: a connector never delivers twice its power, and a meter's step is no session. */
export const DEFAULT_BELIEFS: Beliefs = { energyWh: 1_000, powerFactor: 2 };

/** What an operator says, and where it says nothing, the default. */
export function beliefsOf(said: {
  energyWh: number | null;
  powerFactor: number | null;
  freeStarts?: boolean | null;
}): Beliefs {
  return {
    energyWh: said.energyWh ?? DEFAULT_BELIEFS.energyWh,
    powerFactor: said.powerFactor ?? DEFAULT_BELIEFS.powerFactor,
    freeStarts: said.freeStarts ?? false,
  };
}

/** When a session was, by the station's clock and by ours. */
export interface SessionTimes {
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** When the first and the last of it arrived here. */
  readonly firstReceivedAt: Date;
  readonly lastReceivedAt: Date;
  /**
   * When its connector was last known to be free, or its station booted, before the session was known and over. Where
   * that is after its end, because nothing is known of the time before, stamps tell nothing.
   */
  readonly freeAt: Date | null;
}

/**
 * What a session may have charged at most, in Wh. Its time is the longer of stamps and arrivals, since either may be
 * late, but begins when its connector was last known to be free at the earliest: a clock that stands a month behind
 * makes no month of charging.
 * @param maxPowerW of the connector
 */
export function limitOf(times: SessionTimes, maxPowerW: number, beliefs: Beliefs): number {
  const { startedAt, endedAt, firstReceivedAt, lastReceivedAt, freeAt } = times;
  const begin = freeAt !== null && freeAt > startedAt ? freeAt : startedAt;
  const stampedMs = endedAt.getTime() - begin.getTime();
  const ms = Math.max(0, stampedMs, lastReceivedAt.getTime() - firstReceivedAt.getTime());
  return Math.max(beliefs.energyWh, (beliefs.powerFactor * maxPowerW * ms) / MS_PER_HOUR);
}
