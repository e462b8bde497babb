import { type AddressOf, type Rest, admitOperator } from '@chargemesh/all-in-one';
import type { OcppVersion } from '@chargemesh/contracts';
import type { StationSpec } from '@chargemesh/station-simulator';
import { v7 as uuidv7 } from 'uuid';

/** A price in which energy, time and a fee all show, with a step size and VAT. */
export const price = { perKwh: '0.4567', perHour: '1.2', perSession: '0.35', stepS: 60, vat: 19 };

export interface Network {
  rest: Rest;
  apiKey: string;
  operatorId: string;
  locationId: string;
  stations: StationSpec[];
  tokens: string[];
}

const VERSIONS: OcppVersion[] = ['1.6', '2.0.1', '2.1'];
const AT_ONCE = 8;

/** Creates an operator with a location, a tariff, tokens and stations of all versions, through the REST interface. */
export async function createNetwork(
  addressOf: AddressOf,
  installationApiKey: string,
  size: { stations: number; tokens: number },
): Promise<Network> {
  const [operatorId, locationId] = [uuidv7(), uuidv7()];
  const operator = {
    name: 'Tested',
    countryCode: 'DE',
    partyId: 'TST',
    currency: 'EUR',
    authorizationDefault: 'Accepted',
    /** Simulated cars are in a hurry, and so is who tries things out. */
    believedEnergyWh: 100_000,
  };
  const { rest, apiKey } = await admitOperator(addressOf, installationApiKey, { operatorId, ...operator });
  await createLocation(rest, locationId);
  await createTariff(rest, locationId);
  const tokens = Array.from({ length: size.tokens }, (_, index) => `TOKEN${String(index).padStart(4, '0')}`);
  for (const uid of tokens) {
    await rest.put(`sessions/v1/tokens/${uid}`, {
      type: 'RFID',
      valid: true,
      contractId: `DE-TST-C${uid}`,
      issuer: 'Tested',
      whitelist: 'ALWAYS',
    });
  }
  const prefix = operatorId.slice(-6).toUpperCase();
  const stations: StationSpec[] = [];
  const ids = Array.from({ length: size.stations }, (_, index) => ({
    id: `S${prefix}-${index}`,
    version: VERSIONS[index % 3] as OcppVersion,
  }));
  for (let index = 0; index < ids.length; index += AT_ONCE) {
    const some = ids.slice(index, index + AT_ONCE);
    stations.push(...(await Promise.all(some.map(({ id, version }) => createStation(rest, locationId, id, version)))));
  }
  return { rest, apiKey, operatorId, locationId, stations, tokens };
}

export function createLocation(rest: Rest, locationId: string, name = 'Test yard'): Promise<unknown> {
  return rest.put(`device-management/v1/locations/${locationId}`, {
    name,
    address: 'Prüfweg 1',
    city: 'Berlin',
    country: 'DEU',
    coordinates: { latitude: '52.500000', longitude: '13.400000' },
    timeZone: 'Europe/Berlin',
    publish: true,
  });
}

async function createTariff(rest: Rest, locationId: string): Promise<void> {
  const tariffId = uuidv7();
  const component = (type: string, amount: string, step_size: number) => ({
    type,
    price: Number(amount),
    vat: price.vat,
    step_size,
  });
  await rest.put(`tariffs/v1/tariffs/${tariffId}`, {
    name: 'Energy, time and a fee',
    tariff: {
      country_code: 'DE',
      party_id: 'TST',
      id: tariffId,
      currency: 'EUR',
      tax_included: 'NO',
      elements: [
        {
          price_components: [
            component('ENERGY', price.perKwh, 1),
            component('TIME', price.perHour, price.stepS),
            component('FLAT', price.perSession, 1),
          ],
        },
      ],
      last_updated: '2020-01-01T00:00:00Z',
    },
  });
  await rest.put(`tariffs/v1/tariff-assignments/${uuidv7()}`, {
    tariffId,
    target: { scope: 'location', locationId },
    validFrom: '2020-01-01T00:00:00Z',
  });
}

async function createStation(
  rest: Rest,
  locationId: string,
  id: string,
  ocppVersion: OcppVersion,
): Promise<StationSpec> {
  const connector = {
    connectorId: 1,
    standard: 'IEC_62196_T2',
    format: 'SOCKET',
    powerType: 'AC_3_PHASE',
    maxVoltage: 230,
    maxAmperage: 32,
  };
  await rest.put(`device-management/v1/stations/${id}`, {
    locationId,
    released: true,
    evses: [1, 2].map((evseId) => ({ evseId, connectors: [connector] })),
  });
  const { password } = await rest.put<{ password: string }>(`device-management/v1/stations/${id}/credentials`, {});
  return { id, ocppVersion, password, evses: 2 };
}
