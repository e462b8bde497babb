import {
  CdrIssued,
  type CdrEvent,
  type DataOf,
  type EventOf,
  SessionFinalized,
  SessionStarted,
  newEvent,
} from '@chargemesh/contracts';
import { v7 as uuidv7 } from 'uuid';

export const LOCATION_ID = '01930000-0000-7000-8000-0000000000a1';

export const place = {
  name: 'Depot',
  address: 'Street 1',
  city: 'Berlin',
  country: 'DEU',
  coordinates: { latitude: '52.520008', longitude: '13.404954' },
  timeZone: 'Europe/Berlin',
};

type Finalized = DataOf<typeof SessionFinalized>;
type Issued = DataOf<typeof CdrIssued>;

/** A session of an hour in which 10 kWh were charged in the first half, as it is when it is final. */
export function session(more: Partial<Finalized> = {}): Finalized {
  return {
    sessionId: uuidv7(),
    version: 3,
    stationId: 'CS-1',
    evseId: 1,
    transactionId: '1',
    startedAt: '2026-03-02T09:00:00Z',
    receivedAt: '2026-03-02T09:00:01Z',
    endedAt: '2026-03-02T10:00:00Z',
    token: { uid: 'ABCD1234', type: 'RFID', contractId: 'DE-ABC-C1', countryCode: 'DE', partyId: 'ABC' },
    location: { locationId: LOCATION_ID, ...place },
    connector: {
      evseUid: 'E1',
      connectorId: 1,
      standard: 'IEC_62196_T2',
      format: 'CABLE',
      powerType: 'AC_3_PHASE',
      maxVoltage: 230,
      maxAmperage: 32,
    },
    energyWh: 10_000,
    reason: 'EVDisconnected',
    periods: [
      { startedAt: '2026-03-02T09:00:00Z', endedAt: '2026-03-02T09:30:00Z', energyWh: 10_000, kind: 'charging' },
      { startedAt: '2026-03-02T09:30:00Z', endedAt: '2026-03-02T10:00:00Z', energyWh: 0, kind: 'parking' },
    ],
    signed: [],
    flags: [],
    ...more,
  };
}

export function finalized(operatorId: string, data: Finalized): EventOf<typeof SessionFinalized> {
  return newEvent(SessionFinalized, { operatorId, time: data.endedAt, data });
}

export function started(operatorId: string, data: Finalized): EventOf<typeof SessionStarted> {
  const {
    energyWh: _energy,
    endedAt: _end,
    reason: _reason,
    periods: _periods,
    signed: _signed,
    flags: _flags,
    ...start
  } = data;
  return newEvent(SessionStarted, { operatorId, time: data.startedAt, data: { ...start, version: 1 } });
}

/** The CDR of such a session, at 5 with taxes. */
export function cdr(operatorId: string, more: Partial<Issued> = {}): CdrEvent {
  const { version: _version, receivedAt: _received, reason: _reason, ...usage } = session();
  const data: Issued = {
    ...usage,
    cdrId: uuidv7(),
    number: 'CDR-000000001',
    durationS: 3_600,
    parkingS: 1_800,
    currency: 'EUR',
    totalBeforeTaxes: '4.20',
    totalInclTaxes: '5.00',
    lines: [],
    issuedAt: '2026-03-02T10:30:00Z',
    ...more,
  };
  return newEvent(CdrIssued, { operatorId, time: data.issuedAt, data });
}

/** The credit of a CDR and what replaces it, as they are told. */
export function correctionOf({ operatorId, data }: CdrEvent, more: Partial<Issued>): [CdrEvent, CdrEvent] {
  const { cdrId, totalBeforeTaxes, totalInclTaxes } = data;
  const negative = { totalBeforeTaxes: `-${totalBeforeTaxes}`, totalInclTaxes: `-${totalInclTaxes}` };
  return [
    cdr(operatorId, { ...data, ...negative, cdrId: uuidv7(), kind: 'credit', creditReferenceId: cdrId }),
    cdr(operatorId, { ...data, ...more, cdrId: uuidv7(), kind: 'replacement', replacesCdrId: cdrId }),
  ];
}
