import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock } from '@chargemesh/service';
import { type RunningStations, startStations } from '@chargemesh/station-simulator';
import { eventually } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import type { Network } from './network.js';
import { type OnePlatform, startOnePlatform } from './one-platform.js';
import { RawStation } from './raw-station.js';
import { cdrsOf } from './reconcile.js';

interface Told {
  evseId: number;
  status: string;
  tariffId?: string;
  saidAs?: string;
}

describe('what stations hear of prices', () => {
  let platform: OnePlatform;
  let network: Network;
  let stations: RunningStations | undefined;

  beforeAll(async () => {
    // A busy machine may take long to answer.
    const patient = { AUTHORIZE_TIMEOUT_MS: '30000' };
    const environment = { SESSION_QUIET_S: '1', COST_INTERVAL_S: '1', LOG_LEVEL: 'error', ...patient };
    platform = await startOnePlatform({ stations: 6, tokens: 3, environment });
    network = platform.network;
  });

  afterAll(async () => {
    await stations?.stop(0);
    await platform?.stop();
  });

  it('are costs so far, and at last the total of the CDR', async () => {
    stations = startStations({
      url: platform.ocppUrl,
      stations: network.stations.slice(0, 3),
      idTokens: network.tokens,
      clock: new SystemClock(),
      sessions: 3,
      session: { minutes: [10, 10], samples: 5, gapMinutes: 0 },
      timeScale: 120,
    });
    await stations.finished;
    const cdrs = await cdrsOf(network.rest, stations.ledger());
    const totals = new Map(cdrs.map(({ transactionId, totalInclTaxes }) => [transactionId, Number(totalInclTaxes)]));
    const versions = new Map(network.stations.map(({ id, ocppVersion }) => [id, ocppVersion]));
    const heard = () =>
      stations?.ledger().sessions.map(({ stationId, transactionId, cost }) => ({
        version: versions.get(stationId),
        toldWhileRunning: cost.told > 1,
        last: cost.last,
        total: totals.get(transactionId ?? ''),
      })) ?? [];
    await eventually(() => {
      for (const { version, last, total } of heard()) if (version !== '1.6') expect(last).toBe(total);
    });
    const byVersion = new Map(heard().map(({ version, ...rest }) => [version, rest]));
    for (const version of ['2.0.1', '2.1'] as const) {
      const { total, ...rest } = byVersion.get(version) ?? {};
      expect(total).toBeGreaterThan(0.35);
      expect(rest).toEqual({ toldWhileRunning: true, last: total });
    }
    expect(byVersion.get('1.6')).toMatchObject({ toldWhileRunning: false, last: null });
  });

  it('are the tariffs at the EVSEs of 2.1 stations, which these then have', async () => {
    const { rest } = network;
    const stationId = network.stations.find(({ ocppVersion }) => ocppVersion === '2.1')?.id ?? '';
    const told = () => rest.get<{ items: Told[] }>(`tariffs/v1/station-tariffs?stationId=${stationId}`);
    // OCPP counts to the second, and this price of time by begun minutes.
    await eventually(async () =>
      expect((await told()).items).toMatchObject([
        { evseId: 1, status: 'inexpressible', detail: 'step-size' },
        { evseId: 2, status: 'inexpressible', detail: 'step-size' },
      ]),
    );
    const tariffId = uuidv7();
    const elements = [{ price_components: [{ type: 'ENERGY', price: 0.5, vat: 19, step_size: 1 }] }];
    await rest.put(`tariffs/v1/tariffs/${tariffId}`, { name: 'By energy', tariff: { currency: 'EUR', elements } });
    await rest.put(`tariffs/v1/tariff-assignments/${uuidv7()}`, {
      tariffId,
      target: { scope: 'evse', stationId, evseId: 2 },
      validFrom: '2020-01-01T00:00:00Z',
    });
    const after = await eventually(async () => {
      const { items } = await told();
      expect(items).toMatchObject([{ status: 'inexpressible' }, { evseId: 2, tariffId, status: 'accepted' }]);
      return items;
    });
    const { commandId } = await rest.post<{ commandId: string }>(
      `device-management/v1/stations/${stationId}/commands`,
      { name: 'GetTariffs', evseId: 0 },
    );
    await eventually(async () =>
      expect(await rest.get(`device-management/v1/commands/${commandId}`)).toMatchObject({
        status: 'accepted',
        answer: {
          tariffAssignments: [{ tariffId: after[1]?.saidAs, tariffKind: 'DefaultTariff', evseIds: [2] }],
        },
      }),
    );
  });

  it('are a driver’s own price, with the authorization', async () => {
    const { rest, tokens, stations: specs } = network;
    const station = specs.at(-1)!;
    const tariffId = uuidv7();
    const elements = [{ price_components: [{ type: 'ENERGY', price: 0.25, vat: 19, step_size: 1 }] }];
    await rest.put(`tariffs/v1/tariffs/${tariffId}`, { name: 'Staff', tariff: { currency: 'EUR', elements } });
    await rest.put(`tariffs/v1/tariff-assignments/${uuidv7()}`, {
      tariffId,
      target: { scope: 'operator' },
      audience: { kind: 'contract', contractId: `DE-TST-C${tokens[0]}`, countryCode: 'DE', partyId: 'TST' },
      validFrom: '2020-01-01T00:00:00Z',
    });
    const raw = await RawStation.connect(platform.ocppUrl, station);
    const authorized = async (idToken: string) =>
      (await raw.say('Authorize', { idToken: { idToken, type: 'ISO14443' } }))[2];
    try {
      await eventually(async () => {
        expect(await authorized(tokens[0]!)).toMatchObject({
          idTokenInfo: { status: 'Accepted' },
          tariff: { currency: 'EUR', energy: { prices: [{ priceKwh: 0.25 }] } },
        });
      });
      expect(await authorized(tokens[1]!)).toEqual({ idTokenInfo: { status: 'Accepted' } });
    } finally {
      raw.close();
    }
  });
});
