import { isDeepStrictEqual } from 'node:util';
import { REGISTER_UNREADABLE, REGISTER_UNUSED } from '../meter/sample.js';
import { BEGIN_UNREADABLE, END_UNREADABLE } from '../meter/unread.js';
import type { Basis, HoldReason } from './hold-reason.js';
import type { RegisterEnergy } from './register-walk.js';
import { WENT_ON } from './registers-around.js';
import { REGISTERS_OVERLAP } from './registers-overlap.js';
import { TOKENS_DIFFER } from '../transactions/snapshot.js';
import { STOP_REPLAYED } from '../transactions/facts.js';
import type { Session } from '../transactions/session.js';

/** Also said of one that is billed because no energy flowed. */
export const PLACE_UNKNOWN = 'place-unknown';

/** What a reason means, for a person who decides. */
const WORDS: Readonly<Record<HoldReason, string>> = {
  'above-limit': 'The register rose by more than the connector can have delivered.',
  'end-below-begin': 'The register is lower at the end than at the begin, and no reading in between shows why.',
  'no-begin-value': 'The register is known at the end only.',
  'no-end-value': 'Nobody said what the register was at the end, and no reading in between tells.',
  'begin-not-read':
    'What the station said of the register at the begin cannot be read; it is kept with the values, and another reading would stand for it.',
  'end-not-read':
    'What the station said of the register at the end cannot be read; it is kept with the values, and an earlier reading would stand for it.',
  'registers-mixed':
    'The registers of begin and end, or the readings where the end is not known, are of several units or registers; or the one that would count stood still while another one rose; or it goes on where the session before it ended, in a finer unit.',
  'no-token': 'Nobody named who charged, and the operator has not allowed free starts.',
  'place-unknown':
    'Nobody named at which EVSE of its station it was, and its connectors do not tell; price and power depend on it.',
  'driver-unclear':
    'Several tokens that may charge were named for it, so that nobody knows whose it is; one of them is shown.',
  'transaction-reused':
    'The station began another transaction under its id, or ended it again with more after its connector was free; what is of which is not known.',
  'sessions-overlap':
    'Another session at its EVSE ran at the same time: one had begun before the other ended; what is of which is not known.',
  'stop-disputed':
    'The message that ended it named no transaction, and somebody took it for the end of another one meanwhile.',
  [WENT_ON]:
    'The register at its end is not known, and the next session at its EVSE begins far higher; what flowed in between is billed to nobody.',
  [REGISTERS_OVERLAP]:
    'Its register begins below where the session before it at its EVSE came to, or the next one does; a part of its energy would be billed twice, and what is of which is not known.',
  'meter-shared':
    'Its register and that of a session at another EVSE of its station rose as one: a meter may count both, and what is of which is not known.',
  'too-long': 'It is longer than a year, which no price is made for: its begin or its end cannot be true.',
  'decision-outdated':
    'Something came late that changes what was decided on: the registers, the time, the place, the driver, or a session before it that has the energy.',
  'not-decidable':
    'What decides on it cannot be read or computed, for which the log of the service has the reason; it is tried again every hour.',
};

export const HOLD_REASONS = Object.keys(WORDS) as readonly HoldReason[];

export interface Holding {
  readonly session: Session;
  readonly told: RegisterEnergy;
  readonly basis: Basis;
  /** Whether signed values decide, and not the register. */
  readonly bySignedValues: boolean;
  /** Whether the operator lets anybody charge without a token. */
  readonly freeStarts: boolean;
  /** Whether another session began at its EVSE while it surely ran. */
  readonly isOverlapped: boolean;
  /** Whether the next session at its EVSE begins far higher than what is known of it, and its own end is not. */
  readonly hasGoneOn: boolean;
  /** Whether another session at its EVSE would be billed a part of its energy. */
  readonly isBilledTwice: boolean;
  /** Whether its register may count a session at another EVSE as well. */
  readonly isMeterShared: boolean;
  /** Whether what was decided on as missing before it is another session's by now. */
  readonly isExplained: boolean;
  /** Whether nobody knows at which EVSE of its station it was. */
  readonly isPlaceUnknown: boolean;
}

/** The reasons to hold a session, none if it is billed by itself. */
export function holdReasonsOf(holding: Holding): HoldReason[] {
  const { session, told, basis, bySignedValues, freeStarts, isOverlapped, isMeterShared, isPlaceUnknown } = holding;
  const { tokenAt } = session;
  return [
    ...(bySignedValues ? [] : ofRegisters(holding)),
    ...reasonIf('no-token', tokenAt === null && !freeStarts),
    ...reasonIf(PLACE_UNKNOWN, isPlaceUnknown && (told.energyWh > 0 || told.fault !== undefined)),
    ...reasonIf('driver-unclear', session.flags.includes(TOKENS_DIFFER) && !basis.reused),
    ...reasonIf('transaction-reused', basis.reused === true),
    ...reasonIf('sessions-overlap', isOverlapped),
    ...reasonIf('meter-shared', isMeterShared),
    ...reasonIf('too-long', isTooLong(session)),
    ...reasonIf('stop-disputed', session.flags.includes(STOP_REPLAYED)),
    ...reasonIf('decision-outdated', isOutdated(session, basis) || holding.isExplained),
  ];
}

/** What is rated is no longer (`libs/rating`, session.ts). */
const LONGEST_MS = 366 * 86_400_000;

export function isTooLong({ startedAt, endedAt }: Pick<Session, 'startedAt' | 'endedAt'>): boolean {
  return startedAt !== null && endedAt !== null && endedAt.getTime() - startedAt.getTime() > LONGEST_MS;
}

function ofRegisters({ session, told, basis, hasGoneOn, isBilledTwice }: Holding): HoldReason[] {
  return [
    ...(told.fault ? [told.fault] : []),
    ...notRead(session, basis),
    ...reasonIf(WENT_ON, hasGoneOn),
    ...reasonIf(REGISTERS_OVERLAP, isBilledTwice),
  ];
}

function reasonIf(reason: HoldReason, holds: boolean): HoldReason[] {
  return holds ? [reason] : [];
}

/** Of a station without a meter, whose registers are words such as `NaN`, nothing is missing. */
function notRead({ flags }: Session, { beginWh, endWh, sumWh }: Basis): HoldReason[] {
  const isSaid = flags.includes(REGISTER_UNREADABLE) || flags.includes(REGISTER_UNUSED);
  if (beginWh === null && endWh === null && sumWh === 0 && !isSaid) return [];
  return [
    ...(beginWh === null && flags.includes(BEGIN_UNREADABLE) ? ['begin-not-read' as const] : []),
    ...(endWh === null && flags.includes(END_UNREADABLE) ? ['end-not-read' as const] : []),
  ];
}

export function explanationOf(reasons: readonly HoldReason[]): string {
  return reasons.map((reason) => WORDS[reason]).join(' ');
}

/** Of one that was billed already, all that came by then had been taken in. */
function isOutdated({ decision, lateSince }: Session, basis: Basis): boolean {
  if (!decision) return false;
  return decision.basis ? !isSameBasis(decision.basis, basis) : lateSince !== null;
}

function isSameBasis(decided: Basis, now: Basis): boolean {
  const { startedAt = now.startedAt, endedAt = now.endedAt, evseId = now.evseId, driver = now.driver } = decided;
  const place = evseId === undefined ? {} : { evseId };
  return isDeepStrictEqual({ ...decided, startedAt, endedAt, driver, ...place }, now);
}
