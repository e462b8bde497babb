import type { KeyTrust, SignedValue, SignedVerdict } from '@chargemesh/contracts';
import {
  type OcmfRecord,
  type SessionVerdict,
  type SignedReading,
  energyTold,
  verifySession,
} from '@chargemesh/signed-data';
import { type Proof, proofProblem } from './proofs.js';

/** A public key of a station's meters; without an EVSE or a serial number, of whatever it has. */
export interface MeterKey {
  readonly stationId: string;
  readonly evseId: number | null;
  readonly meterSerial: string | null;
  /** SubjectPublicKeyInfo in hex. */
  readonly publicKey: string;
  readonly trust: KeyTrust;
}

/** What signed values are compared with. */
export interface Signed {
  readonly sessionId: string;
  readonly evseId: number | null;
  readonly startedAt: Date;
  /** The widest time that the session can have had: by stamps and by arrivals. */
  readonly from: Date;
  readonly until: Date;
}

export interface Verified {
  /** Absent without signed values. */
  readonly verdict?: SignedVerdict;
  /** The pages that prove the session, and from now on no other; null where its values prove nothing. */
  readonly proof?: Proof | null;
  /** What its signed values tell, whether or not anything proves them; absent where they tell nothing that can be read. */
  readonly told?: SignedEnergy;
}

/** What signed values tell of the energy, and whether its begin and its end are among them. */
export interface SignedEnergy {
  readonly energyWh: number;
  readonly isWhole: boolean;
}

/** How far the clocks of a meter and of its station may be apart. */
const CLOCKS_APART_MS = 600_000;

/**
 * What the signed values of a session are worth, checked with the keys of its station and beside what proved others.
 * @param proofs those of other sessions by these keys that lie next to the pages of this one
 */
export function verified(
  values: readonly SignedValue[],
  session: Signed,
  keys: readonly MeterKey[],
  proofs: readonly Proof[],
): Verified {
  if (values.length === 0) return {};
  const fitting = fittingKeys(keys, session.evseId);
  const proven = verifySession(
    values.map(({ data: value, encoding }) => ({ value, encoding })),
    (record) => fitting.find((key) => key.meterSerial === null || isOf(record, key.meterSerial))?.publicKey,
  );
  const used = proven.values.find(({ publicKey }) => publicKey !== undefined)?.publicKey;
  const known = fitting.find(({ publicKey }) => publicKey === used);
  const by = known ? { publicKey: known.publicKey, trust: known.trust } : {};
  const { result, reason, energyWh } = proven;
  const proof = known && proofOf(proven, session, known.publicKey);
  const problem = isOfAnotherTime(proven, session) ? 'time-not-of-session' : proof && proofProblem(proof, proofs);
  const told = energyTold(proven.values);
  const energy = told ? { told } : {};
  if (problem) return { verdict: { result: 'invalid', reason: problem, ...by }, proof: null, ...energy };
  return {
    verdict: { result, reason, ...(energyWh === undefined ? {} : { energyWh }), ...by },
    ...{ proof: proof ?? null, ...energy },
  };
}

/** Of the EVSE or of the whole station, the narrowest first: the meter, then the EVSE, then the station. */
export function fittingKeys(keys: readonly MeterKey[], evseId: number | null): MeterKey[] {
  return keys.filter((key) => key.evseId === null || key.evseId === evseId).sort(narrowestFirst);
}

function proofOf(
  { pages, begin }: SessionVerdict,
  { sessionId, startedAt }: Signed,
  publicKey: string,
): Proof | undefined {
  if (!pages) return undefined;
  const begunAt = synchronised(begin) ?? startedAt;
  return { sessionId, publicKey, firstPage: pages.first, lastPage: pages.last, begunAt };
}

/** Values of another time are a replay, whoever signed them; only a clock that the meter calls synchronised tells. */
function isOfAnotherTime({ begin, end }: SessionVerdict, { from, until }: Signed): boolean {
  const times = [synchronised(begin), synchronised(end)].flatMap((at) => (at ? [at.getTime()] : []));
  return times.some((at) => at < from.getTime() - CLOCKS_APART_MS || at > until.getTime() + CLOCKS_APART_MS);
}

function synchronised(reading: SignedReading | undefined): Date | undefined {
  return reading?.timeStatus === 'synchronized' && reading.at !== undefined ? new Date(reading.at) : undefined;
}

function narrowestFirst(a: MeterKey, b: MeterKey): number {
  return weight(b) - weight(a);
}

function weight({ evseId, meterSerial }: MeterKey): number {
  return (meterSerial === null ? 0 : 2) + (evseId === null ? 0 : 1);
}

/** Meters sign for themselves, or a gateway in the station does for them. */
function isOf({ meter, gateway }: OcmfRecord, serial: string): boolean {
  return meter.serial === serial || gateway.serial === serial;
}

/** A register in whole Wh, and what a meter takes off for the loss of its cable. */
const DIFFERENCE_WH = 10;
const DIFFERENCE_SHARE = 0.01;
/** Round figures may be chance, and no coarser register is beside signed values. */
const COARSEST_WH = 100;

/** Said of a session whose register tells of other energy than its signed values, or than the power that was measured. */
export const REGISTER_DIFFERS = 'register-differs';

/**
 * Whether the register tells of other energy than what is signed, proven or not, however it is billed. Values that lack begin or
 * end tell only that more flowed.
 */
export function registerDiffers(measuredWh: number, told: SignedEnergy | undefined, resolutionWh: number): boolean {
  if (!told) return false;
  const { energyWh, isWhole } = told;
  const withinWh = Math.max(DIFFERENCE_WH, energyWh * DIFFERENCE_SHARE, Math.min(resolutionWh, COARSEST_WH));
  return (isWhole ? Math.abs(energyWh - measuredWh) : energyWh - measuredWh) > withinWh;
}

export interface Billed {
  readonly totalWh: number;
  readonly flags: readonly string[];
}

/**
 * The energy that is billed, in whole Wh. Where only verified energy may be, what the signed values do not prove costs
 * nothing, and the session is to be looked at; what they prove is rounded down, so that never more is billed.
 */
export function billedOf(measuredWh: number, verdict: SignedVerdict | undefined, verifiedOnly: boolean): Billed {
  if (!verifiedOnly) return { totalWh: Math.round(measuredWh), flags: [] };
  if (verdict?.result === 'valid') return { totalWh: Math.floor(Number(verdict.energyWh)), flags: [] };
  return { totalWh: 0, flags: verdict || measuredWh > 0 ? [UNVERIFIED] : [] };
}

/** Said of a session whose energy would have to be verified and could not be. */
export const UNVERIFIED = 'unverified';
