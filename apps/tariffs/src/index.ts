import type { ServiceDefinition } from '@chargemesh/service';
import { settings } from './config.js';
import { Assignment } from './price-list/assignments/assignment.entity.js';
import { Cdr } from './billing/cdrs/cdr.entity.js';
import { SessionPin } from './billing/pins/session-pin.entity.js';
import { RunningCosts1700400000400 } from './migrations/1700400000400-running-costs.js';
import { LocationGroup } from './price-list/location-groups/location-group.entity.js';
import { CdrCorrections1700400000500 } from './migrations/1700400000500-cdr-corrections.js';
import { CdrExports1700400000600 } from './migrations/1700400000600-cdr-exports.js';
import { TariffTables1700400000000 } from './migrations/1700400000000-tariffs.js';
import { Audiences1700400100000 } from './migrations/1700400100000-audiences.js';
import { Drafts1700400100001 } from './migrations/1700400100001-drafts.js';
import { Places1700400100002 } from './migrations/1700400100002-places.js';
import { VatRates1700400100003 } from './migrations/1700400100003-vat-rates.js';
import { StationTariffs1700400200000 } from './migrations/1700400200000-station-tariffs.js';
import { MarketPrices1700400200001 } from './migrations/1700400200001-market-prices.js';
import { KnownTokens1700400200002 } from './migrations/1700400200002-known-tokens.js';
import { CustomersAnyCase1900400030003 } from './migrations/1900400030003-customers-any-case.js';
import { PinsAskedFor1900400009100 } from './migrations/1900400009100-pins-asked-for.js';
import { RunningLoads1900400130002 } from './migrations/1900400130002-running-loads.js';
import { PinsByStart1900400020003 } from './migrations/1900400020003-pins-by-start.js';
import { TariffsListed1900400240012 } from './migrations/1900400240012-listed.js';
import { PriceChanges1900400380001 } from './migrations/1900400380001-price-changes.js';
import { CdrsOfTokens1900400440012 } from './migrations/1900400440012-cdrs-of-tokens.js';
import { StationsToldPrices1900400450001 } from './migrations/1900400450001-stations-told-prices.js';
import { ChangedPlaces1900400540001 } from './migrations/1900400540001-changed-places.js';
import { VatTreatments1900630000001 } from './migrations/1900630000001-vat-treatments.js';
import { Justifications1900630000101 } from './migrations/1900630000101-justifications.js';
import { DisplayedPrices1900630000102 } from './migrations/1900630000102-displayed-prices.js';
import { TariffsModule } from './tariffs.module.js';
import { TariffDraft, TariffVersion } from './price-list/tariffs/tariff.entity.js';

/** What charging costs: tariffs, where they apply, quotes and CDRs. */
export const tariffsService: ServiceDefinition = {
  name: 'tariffs',
  schema: 'tariffs',
  module: TariffsModule,
  settings,
  entities: [TariffVersion, TariffDraft, Assignment, Cdr, SessionPin, LocationGroup],
  migrations: [
    TariffTables1700400000000,
    RunningCosts1700400000400,
    CdrCorrections1700400000500,
    CdrExports1700400000600,
    Audiences1700400100000,
    Drafts1700400100001,
    Places1700400100002,
    VatRates1700400100003,
    StationTariffs1700400200000,
    MarketPrices1700400200001,
    KnownTokens1700400200002,
    CustomersAnyCase1900400030003,
    PinsAskedFor1900400009100,
    PinsByStart1900400020003,
    RunningLoads1900400130002,
    TariffsListed1900400240012,
    PriceChanges1900400380001,
    CdrsOfTokens1900400440012,
    StationsToldPrices1900400450001,
    ChangedPlaces1900400540001,
    VatTreatments1900630000001,
    Justifications1900630000101,
    DisplayedPrices1900630000102,
  ],
};
