import { type CdrIssued, type DataOf, REVERSE_CHARGE, type SessionToken, VAT_NOT_DECIDED } from '@chargemesh/contracts';
import { CONNECTORS_OF_221 } from '../location/words-of-221.js';
import type { VersionNumber } from '../versions.js';
import { type PricedPeriod, ocpiPeriods } from './periods.js';
import { type Precision, quotient } from './precision.js';
import { componentCost, spell, totalOf, uncredited } from './price.js';
import { signedData } from './signed.js';
import { tariffFor } from './tariff.js';
import { TOKENS_OF_221 } from './words-of-221.js';

/** A CDR that was charged on a token, so that there is somebody to send it to. */
export type BilledCdr = DataOf<typeof CdrIssued> & { token: SessionToken };

/** Who issued it: the operator as OCPI knows it. */
export interface Party {
  readonly countryCode: string;
  readonly partyId: string;
}

/**
 * For a required text that cannot be filled. OCPI 2.2.1 and 2.3.0, transport_and_format, "No data available": in rare
 * cases only. An EVSE that had no eMI3 id when its session began is one: the session keeps what was known then, and an
 * id is not made up. mod_cdrs, CdrLocation, itself names reservations without a session only.
 */
const NOT_AVAILABLE = '#NA';

/** What a CDR looks like to partners. */
export interface Presentation {
  readonly version: VersionNumber;
  /** Its periods, cut where its price changes. */
  readonly periods: readonly PricedPeriod[];
  readonly precision: Precision;
  /** When partners could first see it. */
  readonly lastUpdated: Date;
}

/** A CDR as an OCPI object of a version. */
export function ocpiCdr(cdr: BilledCdr, cpo: Party, { version, periods, precision, lastUpdated }: Presentation) {
  const tariffId = typeof cdr.tariff?.['id'] === 'string' ? cdr.tariff['id'] : undefined;
  const signed = signedData(cdr.signed, cdr.signedVerdict);
  return {
    country_code: cpo.countryCode,
    party_id: cpo.partyId,
    id: cdr.cdrId,
    start_date_time: utc(cdr.startedAt),
    end_date_time: utc(cdr.endedAt),
    session_id: cdr.sessionId,
    cdr_token: cdrToken(version, cdr.token),
    auth_method: cdr.token.type === 'APP_USER' || cdr.token.type === 'AD_HOC_USER' ? 'COMMAND' : 'WHITELIST',
    cdr_location: cdrLocation(version, cdr),
    currency: cdr.currency,
    ...(cdr.tariff ? { tariffs: [tariffFor(version, cdr.tariff, precision)] } : {}),
    charging_periods: ocpiPeriods(periods, precision, tariffId),
    ...(signed ? { signed_data: signed } : {}),
    total_energy: quotient(BigInt(cdr.energyWh), 1_000n),
    total_time: hours(cdr.durationS),
    total_parking_time: hours(cdr.parkingS),
    ...costs(version, cdr),
    ...remarkOf(cdr),
    invoice_reference_id: cdr.number,
    ...(cdr.creditReferenceId === undefined ? {} : { credit: true, credit_reference_id: cdr.creditReferenceId }),
    last_updated: lastUpdated.toISOString(),
  };
}

/** OCPI has no word for who owes the VAT. */
function remarkOf({ flags }: BilledCdr): { remark?: string } {
  if (flags.includes(REVERSE_CHARGE)) return { remark: 'Reverse charge: the recipient owes the VAT.' };
  return flags.includes(VAT_NOT_DECIDED)
    ? { remark: 'Who owes the VAT is not decided: it is that of the tariff.' }
    : {};
}

/** Of a credit only the total is negative. OCPI 2.2.1 and 2.3.0, mod_cdrs §10.1. */
function costs(version: VersionNumber, cdr: BilledCdr) {
  const cost = (name: string, component: Parameters<typeof componentCost>[1]) => {
    const amount = componentCost(cdr.lines, component);
    if (!amount) return {};
    return { [name]: spell[version](cdr.kind === 'credit' ? uncredited(amount) : amount) };
  };
  return {
    total_cost: spell[version](totalOf(cdr)),
    ...cost('total_fixed_cost', 'FLAT'),
    ...cost('total_energy_cost', 'ENERGY'),
    ...cost('total_time_cost', 'TIME'),
    ...cost('total_parking_cost', 'PARKING_TIME'),
    ...cost('total_reservation_cost', 'RESERVATION'),
  };
}

function cdrToken(version: VersionNumber, token: SessionToken) {
  return {
    country_code: token.countryCode,
    party_id: token.partyId,
    uid: token.uid,
    type: (version === '2.2.1' ? TOKENS_OF_221[token.type] : undefined) ?? token.type,
    contract_id: token.contractId,
  };
}

function cdrLocation(version: VersionNumber, { location, connector }: BilledCdr) {
  const standard = version === '2.2.1' ? CONNECTORS_OF_221[connector.standard] : undefined;
  return {
    id: location.locationId,
    name: location.name,
    address: location.address,
    city: location.city,
    ...(location.postalCode === undefined ? {} : { postal_code: location.postalCode }),
    country: location.country,
    coordinates: { latitude: location.coordinates.latitude, longitude: location.coordinates.longitude },
    evse_uid: connector.evseUid,
    evse_id: connector.evseRef ?? NOT_AVAILABLE,
    connector_id: String(connector.connectorId),
    connector_standard: standard ?? connector.standard,
    connector_format: connector.format,
    connector_power_type: connector.powerType,
  };
}

const hours = (seconds: number): number => quotient(BigInt(seconds), 3_600n);
const utc = (instant: string): string => new Date(instant).toISOString();
