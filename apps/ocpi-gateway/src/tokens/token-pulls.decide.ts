/** Where the pull of a partner's tokens stands. */
export interface TokenPull {
  readonly operatorId: string;
  readonly partnerId: string;
  /** When the connection began that is pulled by: all tokens are pulled once for each. */
  readonly connectedAt: Date;
  readonly nextAt: Date;
  /** Of the list in hand, if there is one. */
  readonly beganAt: Date | null;
  /** Changes since then; null: all tokens. */
  readonly since: Date | null;
  /** Null: the first page. */
  readonly nextUrl: string | null;
  readonly pages: number;
  readonly objects: number;
  readonly unreadable: number;
  /** When the last list that was read to its end began, and the last one of all tokens. */
  readonly pulledAt: Date | null;
  readonly pulledAllAt: Date | null;
  readonly failures: number;
  readonly failed: string | null;
}

export interface PullTimes {
  /** How often partners are asked for what changed, and for all. */
  readonly everyMs: number;
  readonly allEveryMs: number;
}

/** Changes are asked for from so long before the last time: partners' clocks differ, and what changes while a list is read may be on no page. */
const OVERLAP_MS = 600_000;
const WAITS_AT_MOST_MS = 3_600_000;
/** A list that fails so often in a row is begun anew: its next page may be gone. */
const TRIES = 3;
const NOTHING = { beganAt: null, since: null, nextUrl: null, pages: 0, objects: 0, unreadable: 0 } as const;

/** The pull with a list in hand: the one that was begun, or the one that is due. */
export function begun(pull: TokenPull, now: Date, { allEveryMs }: PullTimes): TokenPull & { beganAt: Date } {
  const { beganAt, pulledAt, pulledAllAt } = pull;
  if (beganAt !== null) return { ...pull, beganAt };
  const isAllDue = pulledAllAt === null || now.getTime() - pulledAllAt.getTime() >= allEveryMs;
  const since = isAllDue || pulledAt === null ? null : new Date(pulledAt.getTime() - OVERLAP_MS);
  return { ...pull, ...NOTHING, beganAt: now, since };
}

/** The list was read to its end. */
export function ended(pull: TokenPull, now: Date, { everyMs }: PullTimes): TokenPull {
  const { beganAt, since, pulledAllAt } = pull;
  return {
    ...{ ...pull, ...NOTHING, nextAt: new Date(now.getTime() + everyMs), failures: 0, failed: null },
    ...{ pulledAt: beganAt, pulledAllAt: since === null ? beganAt : pulledAllAt },
  };
}

/**
 * A page could not be read. It is tried again later each time, and no sooner than the partner wants.
 * @param isOfList nothing that comes behind it could be read either
 */
export function failed(
  pull: TokenPull,
  { failed: why, retryAfterMs = 0, isOfList }: { failed: string; retryAfterMs?: number | undefined; isOfList: boolean },
  now: Date,
  { everyMs }: PullTimes,
): TokenPull {
  const failures = pull.failures + 1;
  const waitMs = Math.min(Math.max(everyMs * 2 ** Math.min(failures - 1, 10), retryAfterMs), WAITS_AT_MOST_MS);
  const isGivenUp = isOfList || failures % TRIES === 0;
  return {
    ...{ ...pull, ...(isGivenUp ? NOTHING : {}) },
    ...{ failures, failed: why.slice(0, 500), nextAt: new Date(now.getTime() + waitMs) },
  };
}

/**
 * Whether what this list of all tokens lacks is no longer valid. OCPI 2.2.1 and 2.3.0, mod_tokens, GET of the sender. A list that has
 * nothing says nothing: some hubs give none; nor does one of which nobody says how much it would be.
 * @param total as the partner said it
 */
export function isWhole({ since, objects, unreadable }: TokenPull, total: number | undefined): boolean {
  return since === null && objects > 0 && unreadable === 0 && total !== undefined && objects >= total;
}
