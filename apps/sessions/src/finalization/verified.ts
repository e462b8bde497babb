import type { KeyTrust, SignedValue, SignedVerdict } from '@chargemesh/contracts';
import { type OcmfRecord, verifySession } from '@chargemesh/signed-data';

/** A public key of a station's meters; without an EVSE or a serial number, of whatever it has. */
export interface MeterKey {
  readonly stationId: string;
  readonly evseId: number | null;
  readonly meterSerial: string | null;
  /** SubjectPublicKeyInfo in hex. */
  readonly publicKey: string;
  readonly trust: KeyTrust;
}

/** What the signed values of a session are worth, checked with the keys of its station; undefined without any. */
export function verdictOf(
  signed: readonly SignedValue[],
  evseId: number | null,
  keys: readonly MeterKey[],
): SignedVerdict | undefined {
  if (signed.length === 0) return undefined;
  const fitting = keys.filter((key) => key.evseId === null || key.evseId === evseId).sort(narrowestFirst);
  const { result, reason, energyWh, values } = verifySession(
    signed.map(({ data: value, encoding }) => ({ value, encoding })),
    (record) => fitting.find((key) => key.meterSerial === null || isOf(record, key.meterSerial))?.publicKey,
  );
  const used = values.find(({ publicKey }) => publicKey !== undefined)?.publicKey;
  const known = fitting.find(({ publicKey }) => publicKey === used);
  return {
    result,
    reason,
    ...(energyWh === undefined ? {} : { energyWh }),
    ...(known ? { publicKey: known.publicKey, trust: known.trust } : {}),
  };
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
