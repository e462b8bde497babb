import { type StationStateEvent, connectorPower } from '@chargemesh/contracts';

/** What an EVSE can give at most, and whether its ad hoc price is held to AFIR, as the table has it. */
export interface KnownEvse {
  readonly evse_id: number;
  readonly max_power_w: number;
  readonly ad_hoc_checked: boolean;
}

/** Regulation (EU) 2023/1804, article 5(4): what was deployed before may keep other prices. */
const DEPLOYED_SINCE = '2024-04-13';

export function knownEvses({ evses }: StationStateEvent['data']): KnownEvse[] {
  return evses.map(({ evseId, connectors, operationalSince = DEPLOYED_SINCE, adHocPriceUnchecked }) => ({
    evse_id: evseId,
    max_power_w: Math.max(0, ...connectors.map(connectorPower)),
    ad_hoc_checked: operationalSince >= DEPLOYED_SINCE && adHocPriceUnchecked === undefined,
  }));
}
