import { type StationStateEvent, connectorPower } from '@chargemesh/contracts';

/** What an EVSE can give at most, and whether its ad hoc price is held to AFIR, as the table has it. */
export interface KnownEvse {
  readonly evse_id: number;
  readonly max_power_w: number;
  readonly ad_hoc_checked: boolean;
  /** Whether drivers see the price there without the station. */
  readonly price_shown: boolean;
}

/** Regulation (EU) 2023/1804, article 5(4): what was deployed before may keep other prices. */
const DEPLOYED_SINCE = '2024-04-13';

export function knownEvses({ evses }: StationStateEvent['data']): KnownEvse[] {
  return evses.map(({ evseId, connectors, operationalSince = DEPLOYED_SINCE, adHocPriceUnchecked, priceShownBy }) => ({
    evse_id: evseId,
    max_power_w: Math.max(0, ...connectors.map(connectorPower)),
    ad_hoc_checked: operationalSince >= DEPLOYED_SINCE && adHocPriceUnchecked === undefined,
    price_shown: priceShownBy !== undefined,
  }));
}
