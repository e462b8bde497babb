/** What the demo consists of: one operator with two locations, tariffs, stations and tokens. Ids are fixed. */
export const operator = {
  operatorId: '01930000-0000-7000-8000-000000000001',
  name: 'Demo Charging',
  countryCode: 'DE',
  partyId: 'DMO',
  currency: 'EUR',
  authorizationDefault: 'Accepted',
  /** Simulated cars are in a hurry, and so is who tries things out. */
  believedEnergyWh: 100_000,
} as const;

export const partnerId = '01930000-0000-7000-8000-000000000003';

const harbour = '01930000-0000-7000-8000-000000000011';
const market = '01930000-0000-7000-8000-000000000012';

/** Nobody's: one of those that are kept for films. */
const helpPhone = '+49 40 66969 123';

export const locations = [
  {
    locationId: harbour,
    name: 'Harbour car park',
    address: 'Am Kai 12',
    city: 'Hamburg',
    postalCode: '20457',
    country: 'DEU',
    coordinates: { latitude: '53.544100', longitude: '9.988500' },
    timeZone: 'Europe/Berlin',
    publish: true,
    helpPhone,
  },
  {
    locationId: market,
    name: 'Market square',
    address: 'Marktplatz 3',
    city: 'Bremen',
    postalCode: '28195',
    country: 'DEU',
    coordinates: { latitude: '53.075900', longitude: '8.807200' },
    timeZone: 'Europe/Berlin',
    publish: true,
    helpPhone,
  },
];

const ac = {
  standard: 'IEC_62196_T2',
  format: 'SOCKET',
  powerType: 'AC_3_PHASE',
  maxVoltage: 230,
  maxAmperage: 32,
  maxPowerW: 22_000,
};
const dc = {
  standard: 'IEC_62196_T2_COMBO',
  format: 'CABLE',
  powerType: 'DC',
  maxVoltage: 920,
  maxAmperage: 200,
  maxPowerW: 150_000,
};

export const stations = [
  { stationId: 'DEMO-16', ocppVersion: '1.6', simulated: true, locationId: harbour, connector: ac },
  { stationId: 'DEMO-201', ocppVersion: '2.0.1', simulated: true, locationId: harbour, connector: ac },
  { stationId: 'DEMO-21', ocppVersion: '2.1', simulated: true, locationId: market, connector: dc },
  { stationId: 'MY-16', ocppVersion: '1.6', simulated: false, locationId: harbour, connector: ac },
  { stationId: 'MY-201', ocppVersion: '2.0.1', simulated: false, locationId: harbour, connector: ac },
  { stationId: 'MY-21', ocppVersion: '2.1', simulated: false, locationId: market, connector: dc },
] as const;

export function maxPowerKwOf(stationId: string): number | undefined {
  const station = stations.find((one) => one.stationId === stationId);
  return station && station.connector.maxPowerW / 1_000;
}

/** The EVSE of each station that is left to drivers who pay ad hoc; simulated cars come to the other one. */
export const LEFT_TO_DRIVERS = 2;

/** Two EVSEs each, numbered as stations number them. */
export function evsesOf(station: (typeof stations)[number]) {
  return [1, 2].map((evseId) => ({
    evseId,
    evseUid: `${station.stationId}-${evseId}`,
    evseRef: `DE*DMO*E${station.stationId.replaceAll('-', '')}*${evseId}`,
    connectors: [{ connectorId: 1, ...station.connector }],
  }));
}

/** Who sells to drivers without a contract. */
export const receiptIssuer = {
  name: 'Demo Charging GmbH',
  address: ['Am Kai 12', '20457 Hamburg', 'Deutschland'],
  vatNumber: 'DE000000000',
};

const energy = (price: number) => ({ type: 'ENERGY', price, vat: 19, step_size: 1 });

export const tariffs = [
  {
    tariffId: '01930000-0000-7000-8000-000000000021',
    name: 'AC standard',
    elements: [{ price_components: [energy(0.45)] }],
    locationId: harbour,
    assignmentId: '01930000-0000-7000-8000-000000000031',
  },
  {
    tariffId: '01930000-0000-7000-8000-000000000022',
    name: 'DC fast, with a parking fee',
    elements: [{ price_components: [energy(0.59), { type: 'PARKING_TIME', price: 6, vat: 19, step_size: 1 }] }],
    locationId: market,
    assignmentId: '01930000-0000-7000-8000-000000000032',
  },
];

/** The roaming partner of the demo. */
export const partner = { countryCode: 'NL', partyId: 'EMS', name: 'Demo eMSP' } as const;

/** The last one belongs to a driver of the partner, who sees what is charged with it. */
export const tokens = [
  { uid: 'DEMO0001', type: 'RFID', valid: true, party: operator },
  { uid: 'DEMO0002', type: 'RFID', valid: true, party: operator },
  { uid: 'DEMO0003', type: 'RFID', valid: true, party: operator },
  { uid: 'DEMOBLOCKED', type: 'RFID', valid: false, party: operator },
  { uid: 'PARTNER0001', type: 'RFID', valid: true, party: partner },
] as const;
