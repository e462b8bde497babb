/** Stations of each OCPP version at the demo's operator, which charge until they are stopped. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Rest, seed } from '@chargemesh/all-in-one';
import { startStations } from '@chargemesh/station-simulator';

const VERSIONS = ['1.6', '2.0.1', '2.1'];
const STATIONS = 24;
/** Live, and so short that one ends every few seconds. */
const session = { minutes: [0.4, 1.2], powerKw: [7, 22], gapMinutes: 0.1, samples: 4 };
const faults = { drop: 0.01, duplicate: 0.05 };
const ENDED_WITHIN_MS = 120_000;

/** Brings the demo in; its stations there are not used, their location and its tariff are. */
export async function bringIn(addressOf, installationApiKey) {
  const { apiKey, tokens } = await seed(addressOf, installationApiKey);
  const rest = new Rest(addressOf, apiKey);
  const { locationId, evses } = await rest.get('device-management/v1/stations/MY-16');
  const connectors = [evses[0].connectors[0]];
  const stations = [];
  for (let index = 0; index < STATIONS; index++) {
    const id = `E2E-${String(index + 1).padStart(2, '0')}`;
    const path = `device-management/v1/stations/${id}`;
    await rest.put(path, { locationId, released: true, evses: [1, 2].map((evseId) => ({ evseId, connectors })) });
    const { password } = await rest.put(`${path}/credentials`, {});
    stations.push({ id, ocppVersion: VERSIONS[index % VERSIONS.length], password, evses: 2 });
  }
  return { rest, stations, tokens: tokens.filter(({ valid }) => valid).map(({ uid }) => uid) };
}

export function startCharging({ stations, tokens }, ocppPort, seed) {
  return startStations({
    url: `ws://127.0.0.1:${ocppPort}/ocpp`,
    stations,
    idTokens: tokens,
    clock: { now: () => new Date() },
    seed,
    session,
    faults,
    backoffMs: [200, 5_000],
  });
}

/** How many sessions of the ledger are under way, and how many ended. */
export function count({ sessions }) {
  const ended = sessions.filter(({ acknowledged }) => acknowledged).length;
  return { underWay: sessions.length - ended, ended };
}

/** Waits until so many more sessions have ended, so that what was done meets some that go on. */
export async function untilMoreEnded(running, more) {
  const before = count(running.ledger()).ended;
  for (const until = Date.now() + ENDED_WITHIN_MS; count(running.ledger()).ended < before + more; await sleep(200)) {
    if (Date.now() > until) throw new Error(`fewer than ${more} sessions ended in ${ENDED_WITHIN_MS / 1_000} s`);
  }
}

/** Ends what is under way. @throws if something was not acknowledged, or a message was answered in two ways */
export async function stopCharging(running) {
  const ledger = await running.stop(ENDED_WITHIN_MS);
  const { contradicted, unauthorized } = ledger.counts;
  if (!ledger.complete || contradicted > 0 || unauthorized > 0) {
    throw new Error(`the stations are not content: ${JSON.stringify({ ...count(ledger), ...ledger.counts })}`);
  }
  return ledger;
}
