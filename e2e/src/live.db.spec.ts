import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock } from '@chargemesh/service';
import { simulate } from '@chargemesh/station-simulator';
import { eventually } from '@chargemesh/testing';
import { Agent, type Dispatcher, EventSource, type MessageEvent, fetch } from 'undici';
import { type OnePlatform, startOnePlatform } from './one-platform.js';

type Item = Readonly<Record<string, unknown>>;

/** Sends an API key with every request; an EventSource sends no headers of its own. */
function withKey(apiKey: string): Dispatcher {
  return new Agent().compose((dispatch) => (options, handler) => {
    const headers = { ...(options.headers as Record<string, string>), authorization: `Bearer ${apiKey}` };
    return dispatch({ ...options, headers }, handler);
  });
}

describe('what is followed live over the REST interface', () => {
  let platform: OnePlatform;
  let baseUrl: string;
  const followed: EventSource[] = [];

  beforeAll(async () => {
    const environment = { SESSION_QUIET_S: '2', LOG_LEVEL: 'error' };
    platform = await startOnePlatform({ stations: 1, tokens: 1, environment });
    baseUrl = platform.ocppUrl.replace('ws', 'http').replace('/ocpp', '/api');
  });

  afterAll(async () => {
    for (const source of followed) source.close();
    await platform?.stop();
  });

  /** Collects the items of a feed, each time they are told; answers once all that was has been told. */
  async function follow(path: string): Promise<Item[]> {
    const items: Item[] = [];
    const source = new EventSource(`${baseUrl}/${path}`, { node: { dispatcher: withKey(platform.network.apiKey) } });
    followed.push(source);
    source.addEventListener('item', (event) => items.push(JSON.parse((event as MessageEvent<string>).data) as Item));
    await new Promise((resolve) => source.addEventListener('live', resolve, { once: true }));
    return items;
  }

  it('is a session from its start to its CDR, and the station it charges at', async () => {
    const [station] = platform.network.stations;
    const stations = await follow('device-management/v1/stations/live');
    const sessions = await follow('sessions/v1/sessions/live');
    const elsewhere = await follow('sessions/v1/sessions/live?stationId=ANOTHER');
    const cdrs = await follow('tariffs/v1/cdrs/live');
    expect(stations).toMatchObject([{ stationId: station?.id, connected: false }]);
    const ledger = await simulate({
      url: platform.ocppUrl,
      stations: platform.network.stations,
      idTokens: platform.network.tokens,
      clock: new SystemClock(),
      sessions: 1,
      deadlineMs: 100_000,
    });
    await eventually(() => expect(cdrs).toMatchObject([{ stationId: station?.id }]));
    // Each of them is told by its own service.
    await eventually(() => {
      expect(sessions.at(-1)).toMatchObject({
        id: cdrs[0]?.['sessionId'],
        status: 'finalized',
        energyWh: ledger.sessions[0]?.energyWh,
      });
      expect(stations.map(({ connected }) => connected)).toContain(true);
    });
    expect(elsewhere).toEqual([]);
  });

  it('is for who has a key', async () => {
    expect((await fetch(`${baseUrl}/sessions/v1/sessions/live`)).status).toBe(401);
  });
});
