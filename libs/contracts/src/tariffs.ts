import { Type, type Static } from 'typebox';
import { type EventOf, event, state, topic } from './contract.js';
import {
  CountryCode,
  Currency,
  DecimalString,
  EvseId,
  Instant,
  Note,
  PartyId,
  StationId,
  TransactionId,
  Uuid,
  WattHours,
  oneOf,
  optional,
  text,
} from './fields.js';
import { ChargingPeriod, SessionConnector, SessionLocation, SessionToken, SignedVerdict } from './sessions.js';
import { SignedValue } from './ocpp/samples.js';

export const tariffs = topic('tariffs.tariffs.v1', {
  key: ['tariffId', 'tariffVersion'],
  partitions: 3,
  compacted: true,
});
export const tariffAssignments = topic('tariffs.assignments.v1', {
  key: ['assignmentId'],
  partitions: 3,
  compacted: true,
});
export const locationGroups = topic('tariffs.location-groups.v1', {
  key: ['locationGroupId'],
  partitions: 3,
  compacted: true,
});
export const cdrs = topic('tariffs.cdrs.v1', { key: ['sessionId'] });
export const sessionCosts = topic('tariffs.session-costs.v1', { key: ['sessionId'] });

/** A tariff as OCPI 2.3.0 has it (snake_case, unchanged), validated by the tariffs service before it gets here. */
export const OcpiTariff = Type.Record(Type.String(), Type.Unknown());

export const TariffState = state(tariffs, 'tariff', {
  tariffId: Uuid,
  /** A published version is never changed; a new price is a new version. */
  tariffVersion: Type.Integer({ minimum: 1 }),
  operatorId: Uuid,
  name: text(100),
  currency: Currency,
  tariff: OcpiTariff,
  /** Since when sessions are priced by this version, until another one is valid; the first one since ever, if absent. */
  validFrom: optional(Instant),
});

/** Where a tariff applies. */
export const AssignmentTarget = Type.Object({
  scope: oneOf('operator', 'location-group', 'location', 'evse'),
  locationGroupId: optional(Uuid),
  locationId: optional(Uuid),
  stationId: optional(StationId),
  evseId: optional(EvseId),
});
export type AssignmentTarget = Static<typeof AssignmentTarget>;

/**
 * For whom a tariff applies: the holder of a contract, the tokens of a group (a fleet, a workplace), who pays without a
 * contract, or all customers of a roaming partner. Contract and group are those of the party that issued the token.
 */
export const AssignmentAudience = Type.Object({
  kind: oneOf('contract', 'token-group', 'ad-hoc', 'partner'),
  contractId: optional(text(36)),
  groupId: optional(text(36)),
  countryCode: optional(CountryCode),
  partyId: optional(PartyId),
});
export type AssignmentAudience = Static<typeof AssignmentAudience>;

/** Of several that apply that of the most specific audience counts, and of those that of the narrowest target. */
export const AssignmentState = state(tariffAssignments, 'tariff-assignment', {
  assignmentId: Uuid,
  operatorId: Uuid,
  tariffId: Uuid,
  target: AssignmentTarget,
  /** Everybody, if absent. */
  audience: optional(AssignmentAudience),
  /** Why its audience pays another price than everybody. */
  justification: optional(Type.Object({ reason: Note, on: Type.String({ format: 'date' }) })),
  validFrom: Instant,
  validTo: optional(Instant),
});

/** Locations that are priced together; a location is in one group at most. */
export const LocationGroupState = state(locationGroups, 'location-group', {
  locationGroupId: Uuid,
  operatorId: Uuid,
  name: text(100),
  locationIds: Type.Array(Uuid, { maxItems: 5_000 }),
});

/** A cap takes from the line before it; a minimum or maximum is of the whole. */
export const LineComponent = oneOf(
  'ENERGY',
  'TIME',
  'PARKING_TIME',
  'FLAT',
  'RESERVATION',
  'DAY_CAP',
  'SESSION_CAP',
  'MINIMUM',
  'MAXIMUM',
);

/** One line of the price's trace: what was counted, at which price, with which tax. Amounts are exact, not rounded. */
export const CdrLine = Type.Object({
  startedAt: Instant,
  endedAt: Instant,
  component: LineComponent,
  /** Index of the tariff element that matched; absent for a minimum or maximum. */
  element: optional(Type.Integer({ minimum: 0 })),
  /** What was used and what is billed after the step size: kWh, hours or pieces. */
  volume: DecimalString,
  billedVolume: DecimalString,
  stepSize: optional(Type.Integer({ minimum: 0 })),
  /** Price of one unit as the tariff has it. */
  price: DecimalString,
  taxPercent: optional(DecimalString),
  amountBeforeTaxes: DecimalString,
  amountInclTaxes: DecimalString,
  note: optional(text(100)),
});
export type CdrLine = Static<typeof CdrLine>;

/** What of a total is tax: by name and rate, in the currency's minor units. */
export const TaxTotal = Type.Object({ name: text(100), percentage: DecimalString, amount: DecimalString });

export const CdrKind = oneOf('cdr', 'credit', 'replacement');
export type CdrKind = Static<typeof CdrKind>;

/** Flags of a CDR: the buyer owes the VAT, which is in no amount; or it is not known who owes which VAT, and the amounts are with that of the tariff. */
export const REVERSE_CHARGE = 'reverse-charge';
export const VAT_NOT_DECIDED = 'vat-not-decided';

/**
 * A charge detail record: immutable, numbered without gaps per operator, enough to recompute its own price. What turns
 * out to be wrong is credited as a whole and replaced; a session's CDRs and credits add up to what it costs.
 */
export const CdrIssued = event(cdrs, 'cdr-issued', {
  identity: ['cdrId'],
  data: {
    cdrId: Uuid,
    /** Gapless per operator, e.g. `CDR-000042`. */
    number: text(39),
    sessionId: Uuid,
    stationId: StationId,
    evseId: EvseId,
    transactionId: TransactionId,
    startedAt: Instant,
    endedAt: Instant,
    energyWh: WattHours,
    durationS: Type.Integer({ minimum: 0 }),
    parkingS: Type.Integer({ minimum: 0 }),
    currency: Currency,
    totalBeforeTaxes: DecimalString,
    totalInclTaxes: DecimalString,
    /** They add up to the difference of the totals; absent in CDRs that were issued before they were told. */
    taxes: optional(Type.Array(TaxTotal, { maxItems: 20 })),
    lines: Type.Array(CdrLine, { maxItems: 20_000 }),
    tariffId: optional(Uuid),
    tariffVersion: optional(Type.Integer({ minimum: 1 })),
    tariff: optional(OcpiTariff),
    token: optional(SessionToken),
    location: SessionLocation,
    connector: SessionConnector,
    periods: Type.Array(ChargingPeriod, { maxItems: 5_000 }),
    signed: Type.Array(SignedValue, { maxItems: 200 }),
    signedVerdict: optional(SignedVerdict),
    flags: Type.Array(text(30), { maxItems: 50 }),
    issuedAt: Instant,
    /** Absent: `cdr`. A credit is the credited CDR again with its amounts negated. */
    kind: optional(CdrKind),
    /** Of a credit: the CDR that it takes back. OCPI `credit_reference_id`. */
    creditReferenceId: optional(Uuid),
    /** Of a replacement: the credited CDR in whose place it is. */
    replacesCdrId: optional(Uuid),
  },
});

/** What a session costs so far, told as it changes by a minor unit and not too often; at last what its CDR says. */
export const SessionCost = event(sessionCosts, 'session-cost', {
  identity: ['sessionId', 'version', 'cdrId'],
  data: {
    sessionId: Uuid,
    /** Rises with every telling of the session. */
    version: Type.Integer({ minimum: 1 }),
    stationId: StationId,
    evseId: EvseId,
    transactionId: TransactionId,
    currency: Currency,
    totalBeforeTaxes: DecimalString,
    totalInclTaxes: DecimalString,
    energyWh: WattHours,
    /** Until when it is counted. */
    at: Instant,
    /** Whether it is what the CDR says; before that, all may still change. */
    final: Type.Boolean(),
    /**
     * Said where the tariff has prices by current, which nobody knows before the session is final: the CDR may say
     * something else by far, and nobody shows this to a driver.
     */
    provisional: optional(Type.Boolean()),
    cdrId: optional(Uuid),
    tariffId: optional(Uuid),
    tariffVersion: optional(Type.Integer({ minimum: 1 })),
  },
});

export type SessionCostEvent = EventOf<typeof SessionCost>;
/** Somebody wants a session's bill looked at again although its facts came too late to do so by themselves. */
export const CdrCorrectionRequested = event(cdrs, 'cdr-correction-requested', {
  identity: ['correctionId'],
  data: { correctionId: Uuid, cdrId: Uuid, sessionId: Uuid, stationId: StationId, requestedAt: Instant },
});

export type TariffEvent = EventOf<typeof TariffState>;
export type AssignmentEvent = EventOf<typeof AssignmentState>;
export type LocationGroupEvent = EventOf<typeof LocationGroupState>;
export type CdrEvent = EventOf<typeof CdrIssued>;
export type CdrCorrectionRequestedEvent = EventOf<typeof CdrCorrectionRequested>;
