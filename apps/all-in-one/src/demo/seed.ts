import type { OcppVersion } from '@chargemesh/contracts';
import * as demo from './demo.js';
import { type AddressOf, Rest } from './rest.js';

/** Content of `<data folder>/demo.json`; scripts rely on it. */
export interface DemoFile {
  baseUrl: string;
  apiKey: string;
  operatorId: string;
  stations: { id: string; ocppVersion: OcppVersion; password: string; simulated: boolean }[];
  tokens: { uid: string; type: string; valid: boolean }[];
  partner: { versionsUrl: string; token: string };
  /** Where drivers pay ad hoc, of every EVSE; those that are left to them come first. */
  checkoutUrls: { stationId: string; evseId: number; url: string }[];
}

/** @param address where payments answers */
export function checkoutUrls(address: string): DemoFile['checkoutUrls'] {
  const all = demo.stations.flatMap((station) =>
    demo.evsesOf(station).map(({ evseId, evseRef }) => {
      return { stationId: station.stationId, evseId, url: `${address}/pay/${evseRef}` };
    }),
  );
  const isLeft = ({ evseId }: { evseId: number }) => evseId === demo.LEFT_TO_DRIVERS;
  return [...all.filter(isLeft), ...all.filter((evse) => !isLeft(evse))];
}

const TARIFF_SINCE = '2020-01-01T00:00:00Z';

/** The services that a key must have reached before it is of use. */
const LISTS = [
  'device-management/v1/locations',
  'sessions/v1/tokens',
  'tariffs/v1/tariffs',
  'ocpi-gateway/v1/partners',
  'payments/v1/ledger-entries',
];

/** Creates an operator and a key for it; the client given back is accepted by every service. */
export async function admitOperator(
  addressOf: AddressOf,
  installationApiKey: string,
  operator: { readonly operatorId: string; readonly name: string },
): Promise<{ rest: Rest; apiKey: string }> {
  const installation = new Rest(addressOf, installationApiKey);
  const path = `device-management/v1/operators/${operator.operatorId}`;
  await installation.put(path, operator);
  // A key is shown once, so a start that was cut off while seeding makes a new one.
  const { apiKey } = await installation.post<{ apiKey: string }>(`${path}/api-keys`, {
    name: operator.name,
    role: 'admin',
  });
  const rest = new Rest(addressOf, apiKey);
  // The key reaches the services as an event; each says so by no longer refusing it.
  await rest.accepted(LISTS);
  return { rest, apiKey };
}

/** Brings the demo into the platform the way any client would: over its REST interface. */
export async function seed(addressOf: AddressOf, installationApiKey: string): Promise<DemoFile> {
  const { rest, apiKey } = await admitOperator(addressOf, installationApiKey, demo.operator);
  for (const location of demo.locations)
    await rest.put(`device-management/v1/locations/${location.locationId}`, location);
  const stations = await Promise.all(demo.stations.map((station) => seedStation(rest, station)));
  await seedTariffs(rest);
  await rest.put('payments/v1/receipt-issuer', demo.receiptIssuer);
  for (const { uid, type, valid, party } of demo.tokens) {
    const { countryCode, partyId, name: issuer } = party;
    const contractId = `${countryCode}-${partyId}-C${uid}`;
    await rest.put(`sessions/v1/tokens/${uid}`, {
      ...{ type, valid, contractId, issuer, countryCode, partyId, whitelist: 'ALWAYS' },
    });
  }
  const partner = `ocpi-gateway/v1/partners/${demo.partnerId}`;
  await rest.put(partner, demo.partner);
  const { token } = await rest.post<{ token: string }>(`${partner}/token`, {});
  return {
    baseUrl: addressOf('ocpp-gateway'),
    apiKey,
    operatorId: demo.operator.operatorId,
    stations,
    tokens: demo.tokens.map(({ uid, type, valid }) => ({ uid, type, valid })),
    partner: { versionsUrl: `${addressOf('ocpi-gateway')}/ocpi/versions`, token },
    checkoutUrls: checkoutUrls(addressOf('payments')),
  };
}

async function seedStation(rest: Rest, station: (typeof demo.stations)[number]): Promise<DemoFile['stations'][number]> {
  const { stationId, ocppVersion, simulated, locationId } = station;
  await rest.put(`device-management/v1/stations/${stationId}`, {
    locationId,
    released: true,
    evses: demo.evsesOf(station),
  });
  const { password } = await rest.put<{ password: string }>(
    `device-management/v1/stations/${stationId}/credentials`,
    {},
  );
  return { id: stationId, ocppVersion, password, simulated };
}

async function seedTariffs(rest: Rest): Promise<void> {
  const { countryCode, partyId, currency } = demo.operator;
  for (const { tariffId, name, elements, assignmentId, locationId } of demo.tariffs) {
    await rest.put(`tariffs/v1/tariffs/${tariffId}`, {
      name,
      tariff: {
        country_code: countryCode,
        party_id: partyId,
        id: tariffId,
        currency,
        tax_included: 'NO',
        elements,
        last_updated: TARIFF_SINCE,
      },
    });
    await rest.put(`tariffs/v1/tariff-assignments/${assignmentId}`, {
      tariffId,
      target: { scope: 'location', locationId },
      validFrom: TARIFF_SINCE,
    });
  }
}
