import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import {
  type AdHocPriceAnswered,
  AdHocPriceRequested,
  type DataOf,
  type SessionStarted,
  type SessionUpdated,
  StartRequested,
  StopRequested,
  type Topic,
  adHocPriceReplies,
  newEvent,
  sessions,
  startResults,
} from '@chargemesh/contracts';
import { SystemClock } from '@chargemesh/service';
import { type RunningStations, type StationSpec, startStations } from '@chargemesh/station-simulator';
import { INSTALLATION_API_KEY, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { type Network, createNetwork, price } from './network.js';
import { type Cdr, listAll } from './reconcile.js';
import { untilStartable } from './startable.js';

interface Tariff {
  readonly id: string;
  readonly name: string;
  readonly tariff: { readonly elements: { readonly price_components: { readonly type: string; price: number }[] }[] };
}

const afterMs = (ms: number) => new Date(Date.now() + ms).toISOString();

describe('a start that was paid for before', () => {
  let platform: TestServices;
  let network: Network;
  let running: RunningStations;

  beforeAll(async () => {
    platform = await startTestServices(services, { environment: { SESSION_QUIET_S: '0', LOG_LEVEL: 'error' } });
    network = await createNetwork(() => platform.url, INSTALLATION_API_KEY, { stations: 3, tokens: 1 });
    running = startStations({
      url: `${platform.url.replace('http', 'ws')}/ocpp`,
      stations: network.stations,
      idTokens: network.tokens,
      clock: new SystemClock(),
      sessions: 0,
      // A reading a second, and so long that nobody but the driver stops it.
      session: { minutes: [10, 10], powerKw: [11, 11], samples: 600 },
    });
    await untilStartable(
      platform.adminUrl,
      network.stations.map(({ id }) => id),
    );
  });
  afterAll(async () => {
    await running?.stop(0);
    await platform?.stop();
  });

  const about = () => ({ operatorId: network.operatorId, time: afterMs(0) });
  /** What was told first of this kind. */
  const told = <Data>(topic: Topic, type: string, about: object): Promise<Data> =>
    eventually(async () => {
      const found = (await platform.told(topic)).filter((event) => event.type === type).map(({ data }) => data);
      const one = found.find((data) => Object.entries(about).every(([name, value]) => data[name] === value));
      if (!one) throw new Error(`no ${type} yet`);
      return one as Data;
    });

  /** The same tariff with another price of energy. */
  async function publishAnew(perKwh: number) {
    const [known] = await listAll<Tariff>(network.rest, 'tariffs/v1/tariffs');
    const { id, name, tariff } = known!;
    for (const component of tariff.elements[0]!.price_components)
      if (component.type === 'ENERGY') component.price = perKwh;
    await network.rest.put(`tariffs/v1/tariffs/${id}`, { name, tariff });
  }

  /** Once its price is known there. */
  const offerAt = ({ id: stationId }: StationSpec) =>
    eventually(async () => {
      const requestId = uuidv7();
      const asked = { requestId, replyTo: 'tests', expiresAt: afterMs(300_000), stationId, evseId: 1, at: afterMs(0) };
      await platform.send([newEvent(AdHocPriceRequested, { ...about(), data: asked })]);
      const { offer } = await told<DataOf<typeof AdHocPriceAnswered>>(adHocPriceReplies, 'ad-hoc-price-answered', {
        requestId,
      });
      if (!offer) throw new Error(`there is no price at ${stationId} yet`);
      return offer;
    });

  it.each([
    ['1.6', 0.6],
    ['2.0.1', 0.7],
    ['2.1', 0.8],
  ])(
    'charges at a station of OCPP %s until its driver stops it, and is billed as agreed',
    async (version, perKwhThen) => {
      const station = network.stations.find(({ ocppVersion }) => ocppVersion === version) as StationSpec;
      const [requestId, stationId] = [uuidv7(), station.id];
      const offer = await offerAt(station);
      await publishAnew(perKwhThen);

      const start = { requestId, stationId, evseId: 1, price: offer.price, expiresAt: afterMs(300_000) };
      const data = { ...start, tokenUid: randomBytes(10).toString('hex') };
      await platform.send([newEvent(StartRequested, { ...about(), data })]);
      expect(await told(startResults, 'start-answered', { requestId })).toMatchObject({ status: 'accepted' });
      const { sessionId, ...begun } = await told<DataOf<typeof SessionStarted>>(sessions, 'session-started', {
        stationId,
      });
      expect(begun).toMatchObject({ evseId: 1, token: { type: 'AD_HOC_USER' }, agreedPrice: offer.price });
      await told<DataOf<typeof SessionUpdated>>(sessions, 'session-updated', { sessionId });

      const stop = { requestId, stopId: uuidv7(), reason: 'driver' } as const;
      await platform.send([newEvent(StopRequested, { ...about(), data: stop })]);
      expect(await told(startResults, 'stop-answered', { requestId })).toMatchObject({ status: 'accepted' });
      const cdr = await eventually(async () => {
        const { items } = await network.rest.get<{ items: Cdr[] }>(`tariffs/v1/cdrs?sessionId=${sessionId}`);
        expect(items).toHaveLength(1);
        return items[0] as Cdr;
      });
      expect(cdr).toMatchObject({
        tariffId: offer.price.tariffId,
        tariffVersion: offer.price.tariffVersion,
        flags: [],
      });
      const energy = cdr.lines.find(({ component }) => component === 'ENERGY');
      expect(Number(energy?.price) * (1 + price.vat / 100)).toBeCloseTo(Number(offer.prices[0]?.amount), 9);
    },
  );
});
