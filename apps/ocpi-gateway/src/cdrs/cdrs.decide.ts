import type { CdrEvent } from '@chargemesh/contracts';
import type { BilledCdr, Party, VersionNumber } from '@chargemesh/ocpi';
import { compilingOnce } from '@chargemesh/rating';
import { type CdrCheck, checkCdr } from './cdr-check.decide.js';

/** A CDR that some partner may read. */
export interface StoredCdr extends CdrCheck {
  readonly operatorId: string;
  readonly cdrId: string;
  readonly tokenCountryCode: string;
  readonly tokenPartyId: string;
  /** Who told of the token; null: the partner whose party the token's is. */
  readonly partnerId: string | null;
  readonly cdr: BilledCdr;
  readonly lastUpdated: Date;
}

/** CDRs that are held, by their ids, and the versions that they are held in. */
export type HeldIn = ReadonlyMap<string, readonly VersionNumber[]>;

/**
 * The CDRs that were charged on somebody's token, checked; the others are no partner's business.
 * @param cpoOf who issued them, by operator
 * @param held those that are held already; a credit of one is held as well, and so is one of this batch
 * @param now told as `last_updated`, not the time of issue: a partner that asks for what is new since its last time must
 * not miss what came late
 */
export function checkForPartners(
  events: readonly CdrEvent[],
  cpoOf: (operatorId: string) => Party,
  held: HeldIn,
  now: Date,
): StoredCdr[] {
  const heldIn = new Map(held);
  const compile = compilingOnce();
  return events.flatMap(({ operatorId, data }) => {
    const { token, cdrId, creditReferenceId } = data;
    if (!token) return [];
    const cdr: BilledCdr = { ...data, token };
    const checked = checkCdr(cdr, cpoOf(operatorId), heldIn.get(creditReferenceId ?? ''), compile);
    heldIn.set(cdrId, Object.keys(checked.held) as VersionNumber[]);
    const party = {
      tokenCountryCode: token.countryCode,
      tokenPartyId: token.partyId,
      partnerId: token.partnerId ?? null,
    };
    return [{ operatorId, cdrId, ...party, cdr, ...checked, lastUpdated: now }];
  });
}

/** The CDRs that these take back. */
export function creditedBy(cdrs: readonly Pick<BilledCdr, 'creditReferenceId'>[]): string[] {
  return cdrs.flatMap(({ creditReferenceId }) => creditReferenceId ?? []);
}
