import { explanationOf } from '../finalization/hold-reasons.js';
import { TRANSACTION_LOST } from './lost-transactions.js';
import type { Session } from './session.js';

/** Flags of sessions that somebody should look at although they are billed, and what they mean. */
const FLAGS = {
  'late-facts': 'Something came after the session was final, too late to correct it by itself.',
  unverified: 'Its energy had to be verified and could not be, so that nothing of it is billed.',
  'register-ambiguous':
    'Its register may be read in two ways: after a fall that came back, by its begin, by a rise that its connector cannot have delivered meanwhile, in kWh, in another unit than the session before it, or since messages of one moment differ; of both amounts the smaller is billed.',
  'register-reset':
    'Its register began anew while it charged; what flowed between the last reading before and the first one after is not known and not billed.',
  'register-unreadable':
    'Its register was written in a way that may mean several numbers; such readings are kept and count for nothing.',
  'register-unused':
    'Energy was told of it by a word, of phases or in signed values that make no register, and nothing else was; such values are kept and count for nothing.',
  'start-time-doubtful':
    'Its start came long after its time though its station was connected, or as late as what it said of its connectors, so that the clock of the station may be behind.',
  'end-time-doubtful':
    'What its station says of its time cannot be true, came as late twice as by a clock that is behind, or right after a boot, or as late as by another zone, or is of the hour that comes twice, or may have been read by another zone than its start; or its connector was free, or out of order, long before it; or its station may have had no power for a while; or it was told so late, or just when a connection began, that nobody knows whether it waited; or more flowed than can have in the time that is billed; what is billed is the time that is known by other things, or the smaller one.',
  'parking-doubtful':
    'Energy flowed while its car is said to have taken nothing, so that more time may be billed as parking than it parked.',
  'intervals-doubtful':
    'Its energy is the sum of what flowed in each interval, and some may be counted twice or be of the time before it.',
  'stop-transaction-unknown':
    'Its stop named a transaction that is not known; it was taken for this one, since no other could be meant.',
  'readings-doubtful':
    'Readings that named no transaction count for it, though another one may have run by then, whose start was lost.',
  'readings-unnamed':
    'Its end was never reported, and readings that named no transaction count for it; they may be of the next one, whose start was lost.',
  'readings-overtaken':
    'Readings that named no transaction came after another one had begun at its connector; they count for nothing, and by them it would be more.',
  'station-metered':
    'Nothing was read of it, while the meter of its whole station told of energy; nothing is billed, for others may be in that.',
  'place-unknown':
    'Nobody named at which EVSE of its station it was; no energy flowed, and the first one stands for it.',
  'begin-unreadable': 'What the station said of the register at the begin cannot be read; it is kept with the values.',
  'end-unreadable': 'What the station said of the register at the end cannot be read; it is kept with the values.',
  'begin-unsaid':
    'The register at the begin was not named; the first reading, a while later, stands for it, so that less may be billed than was charged.',
  'end-unsaid':
    'The register at the end was not named; the last reading, a while before, stands for it, so that less may be billed than was charged.',
  'readings-outside':
    'Readings of it are stamped outside its time and count for nothing, so that less may be billed than was charged.',
  'interval-missing':
    'Its energy is the sum of what flowed in each interval, and a message of it never came or could not be read whole, so that less may be billed than was charged.',
  'register-stands':
    'The register that would be billed by stood still while another one of the same meter rose; that one counts.',
  'time-missing':
    'A message of it came without a time that can be read, and counts from its arrival; where it was kept for a while, the time that is billed is wrong.',
  'energy-between':
    'More flowed at its connector since the session before it than any session tells of; one may have been lost.',
  'meter-maybe-shared':
    'Its register and that of a session at another connector of its station rose as one, or stood close to each other; one meter may count both, so that a part is billed twice.',
  'overlap-possible':
    'A transaction whose start never came may have run at its connector meanwhile, or at another one of its station; energy of it may be billed with this one.',
  'never-read':
    'No register was told of it, nor of any session before it at its connector, though other connectors of its station tell theirs; no energy is billed.',
  'energy-twice':
    'Its register begins a little below where the session before it at its connector came to, or the next one does; that part is billed twice.',
  'evse-unknown':
    'Its station has no such EVSE; it is billed as at a type 2 socket of 16 A, and partners do not know the place.',
  'charged-unauthorized':
    'It charged, though its token may not, or did so before that was accepted and after another one was refused.',
  'ended-by-another':
    'Another token than that of its driver ended it, and none of the same group: it may be of another one, whose start was lost.',
  'register-differs':
    'Its register tells of other energy than its signed values, of far less or far more than the power that was measured, or of none though it charged for an hour.',
  'message-quarantined': 'A message of it could not be read; it lies in quarantine.',
} as const;

export const REVIEW_FLAGS: readonly string[] = Object.keys(FLAGS);

/** What is settled by what is done, and not by what somebody decides of the bill. */
const NOT_DECIDED: ReadonlySet<string> = new Set(['late-facts', 'message-quarantined']);

/** The flags of a session that a decision on its bill settles. */
export function decidableOf({ flags }: Pick<Session, 'flags'>): string[] {
  return flags.filter((flag) => flag in FLAGS && !NOT_DECIDED.has(flag));
}

const START_UNKNOWN = 'start-unknown';
const SILENT = 'silent';
const STATION_REMOVED = 'station-removed';
const WORDS: Readonly<Record<string, string>> = {
  ...FLAGS,
  [SILENT]: 'It runs, and nothing was heard of it for long; its end may be lost.',
  [STATION_REMOVED]: 'It runs at a station that was removed, so that its end may never come.',
  [TRANSACTION_LOST]:
    'Energy was read at its connector while no transaction was known, and none came that it may be of; nothing is billed.',
  [START_UNKNOWN]: 'Its start or its place never came, so that no CDR will come of it.',
};

/** As much as the view holds. */
const EXPLANATION_MAX = 1_000;
/** How long a start may take to come after what it begins, in ms. */
const PENDING_MS = 900_000;

/** A flag that joins needs a new index `sessions_to_review`: what is found by leaving out others is estimated as all rows. */
const FLAGGED = `flags ?| ARRAY[${REVIEW_FLAGS.map((flag) => `'${flag}'`).join(', ')}]`;

/**
 * Whether a session is one that somebody should look at, in SQL: the one definition, in the words of the index
 * `sessions_to_review`. `:youngest` is the id of a session that begins to be overdue; ids rise with time (UUIDv7).
 * `:silent` is since when nothing may have been heard of one that runs.
 */
export const TO_REVIEW = `(${FLAGGED} OR status IN ('held', 'pending', 'active'))
  AND (status <> 'pending' OR ${FLAGGED} OR session_id < :youngest)
  AND (status <> 'active' OR ${FLAGGED} OR last_received_at < :silent
    OR station_id IN (SELECT k.station_id FROM known_stations k WHERE k.deleted))`;

/** When a session is looked at, and for how long one may run without a word, in seconds. */
export interface Look {
  readonly now: Date;
  readonly silentAfterS: number;
}

/** Since when a session that runs must have been heard of. */
export function silentSince({ now, silentAfterS }: Look): Date {
  return new Date(now.getTime() - silentAfterS * 1_000);
}

/** The lowest id of the sessions that may still get their start. */
export function youngestOverdue(now: Date): string {
  const hex = (now.getTime() - PENDING_MS).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** Why somebody should look at a session, in codes and in words; undefined if nobody needs to. */
export function reviewOf(
  session: Pick<Session, 'sessionId' | 'status' | 'flags' | 'hold' | 'lastReceivedAt'>,
  look: Look,
  isRemoved = false,
): { reasons: string[]; explanation: string } | undefined {
  const isActive = session.status === 'active';
  const held = session.status === 'held' ? (session.hold?.reasons ?? []) : [];
  const overdue = session.status === 'pending' && session.sessionId < youngestOverdue(look.now);
  const other = [
    ...session.flags.filter((flag) => flag in FLAGS),
    ...(overdue ? [session.flags.includes(TRANSACTION_LOST) ? TRANSACTION_LOST : START_UNKNOWN] : []),
    ...(isActive && session.lastReceivedAt < silentSince(look) ? [SILENT] : []),
    ...(isActive && isRemoved ? [STATION_REMOVED] : []),
  ];
  const explanation = [explanationOf(held), ...other.map((reason) => WORDS[reason])].filter(Boolean).join(' ');
  return held.length + other.length > 0
    ? { reasons: [...held, ...other], explanation: explanation.slice(0, EXPLANATION_MAX) }
    : undefined;
}
