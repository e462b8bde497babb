/** Whether every session of the ledger is billed once, and rightly. */
import { isDeepStrictEqual } from 'node:util';
import { totalInclTaxes } from '../demo-price.mjs';
import { eventually } from './patience.mjs';

/** The demo's tariff at the stations' location. */
const CENTS_PER_KWH = 45n;
const PAGE = 500;

async function listAll(rest, path) {
  const items = [];
  for (let cursor = ''; cursor !== null;) {
    const page = await rest.get(`${path}?limit=${PAGE}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

const instant = (text) => new Date(text).toISOString();
const sorted = (list) => list.sort((a, b) => (a.session < b.session ? -1 : 1));

function expected({ sessions }) {
  return sorted(
    sessions.map(({ stationId, transactionId, startedAt, endedAt, energyWh }) => ({
      session: `${stationId} ${transactionId}`,
      startedAt: instant(startedAt),
      endedAt: instant(endedAt),
      energyWh,
      totalInclTaxes: totalInclTaxes(energyWh, CENTS_PER_KWH),
    })),
  );
}

/** Of the CDRs those that count: neither credits nor what they took back. */
function billed(cdrs) {
  const live = cdrs.filter(({ kind, creditedByCdrId }) => kind !== 'credit' && creditedByCdrId === undefined);
  return sorted(
    live.map(({ stationId, transactionId, startedAt, endedAt, energyWh, totalInclTaxes }) => ({
      session: `${stationId} ${transactionId}`,
      startedAt: instant(startedAt),
      endedAt: instant(endedAt),
      energyWh,
      totalInclTaxes,
    })),
  );
}

function differences(is, should) {
  const shown = (list, other) => list.filter((one) => !other.some((same) => isDeepStrictEqual(one, same)));
  return { notAsTheStationsSay: shown(is, should), missing: shown(should, is) };
}

/** Waits until the bills are those of the ledger and each is in the payments' ledger. @returns the CDRs */
export function compare(rest, ledger) {
  const should = expected(ledger);
  return eventually(async () => {
    const cdrs = await listAll(rest, 'tariffs/v1/cdrs');
    const posted = new Set((await listAll(rest, 'payments/v1/ledger-entries')).map(({ cdrId }) => cdrId));
    const is = billed(cdrs);
    if (isDeepStrictEqual(is, should) && cdrs.every(({ id }) => posted.has(id))) return cdrs;
    const found = { cdrs: is.length, sessions: should.length, posted: posted.size, ...differences(is, should) };
    throw new Error(`the bills are not those of the stations: ${JSON.stringify(found, null, 2)}`);
  });
}

/** Waits until at least one session of each OCPP version is billed. */
export function untilEachVersionBilled(rest, stations) {
  const versions = new Set(stations.map(({ ocppVersion }) => ocppVersion));
  const versionOf = new Map(stations.map(({ id, ocppVersion }) => [id, ocppVersion]));
  return eventually(async () => {
    const cdrs = await listAll(rest, 'tariffs/v1/cdrs');
    const found = new Set(cdrs.map(({ stationId }) => versionOf.get(stationId)));
    if (found.size < versions.size)
      throw new Error(`only ${cdrs.length} sessions were billed, and not of every version`);
  });
}

/** What services could not apply and waits for a person: there should be nothing. */
export async function letters(rest, services) {
  const found = await Promise.all(services.map((service) => eventually(() => rest.get(`${service}/v1/dead-letters`))));
  return found.reduce((sum, { items }) => sum + items.length, 0);
}
