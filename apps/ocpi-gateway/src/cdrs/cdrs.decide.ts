import type { CdrEvent } from '@chargemesh/contracts';
import type { BilledCdr } from '@chargemesh/ocpi';

/** A CDR that some partner may read. */
export interface StoredCdr {
  readonly operatorId: string;
  readonly cdrId: string;
  readonly tokenCountryCode: string;
  readonly tokenPartyId: string;
  readonly cdr: BilledCdr;
  readonly lastUpdated: Date;
}

/**
 * The CDRs that were charged on somebody's token; the others are no partner's business.
 * @param now told as `last_updated`, not the time of issue: a partner that asks for what is new since its last time must
 * not miss what came late
 */
export function readable(events: readonly CdrEvent[], now: Date): StoredCdr[] {
  return events.flatMap(({ operatorId, data }) => {
    const { token } = data;
    if (!token) return [];
    const party = { tokenCountryCode: token.countryCode, tokenPartyId: token.partyId };
    return [{ operatorId, cdrId: data.cdrId, ...party, cdr: { ...data, token }, lastUpdated: now }];
  });
}
