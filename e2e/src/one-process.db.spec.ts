import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock } from '@chargemesh/service';
import { TestMeter, meterTime } from '@chargemesh/signed-data/testing';
import { type StationSpec, simulate } from '@chargemesh/station-simulator';
import { eventually } from '@chargemesh/testing';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import type { Network } from './network.js';
import { type OnePlatform, startOnePlatform } from './one-platform.js';
import { type Charging, charge16, charge201, ocmf } from './signed.js';
import { type Cdr, billed, cdrsOf, expectEntered, expected, listAll } from './reconcile.js';

describe('the platform in one process on the embedded log', () => {
  const spans = new InMemorySpanExporter();
  let platform: OnePlatform;
  let network: Network;

  beforeAll(async () => {
    platform = await startOnePlatform({
      stations: 6,
      tokens: 6,
      spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
      environment: { SESSION_QUIET_S: '2', SESSION_LATE_QUIET_S: '2', LOG_LEVEL: 'error' },
    });
    network = platform.network;
  });

  afterAll(() => platform?.stop());

  it('bills what the stations measured, with lost answers, duplicates, offline spells and disorder', async () => {
    const ledger = await simulate({
      url: platform.ocppUrl,
      stations: network.stations,
      idTokens: network.tokens,
      clock: new SystemClock(),
      sessions: 60,
      faults: { drop: 0.05, duplicate: 0.1, offline: 0.3, reorder: 0.5 },
      deadlineMs: 100_000,
    });
    expect(ledger.complete).toBe(true);
    expect(ledger.counts.contradicted).toBe(0);
    const cdrs = await cdrsOf(network.rest, ledger);
    expect(billed(cdrs)).toEqual(expected(ledger));
    expect(cdrs.map(({ number }) => number).sort()).toEqual(numbersUpTo(cdrs));
  });

  it('keeps a ledger entry for every CDR', async () => {
    const cdrs = await listAll<Cdr>(network.rest, 'tariffs/v1/cdrs');
    await expectEntered(
      network.rest,
      cdrs.map(({ id }) => id),
    );
  });

  it.each([
    ['1.6', charge16, [ocmf('0.000'), ocmf('1.000')]],
    ['2.0.1', charge201, [ocmf('0.000'), Buffer.from(ocmf('1.000')).toString('base64')]],
  ] as const)(
    'bills with the signed values of a %s station byte for byte, and corrects what came late',
    async (...told) => {
      const [version, charge, signed] = told;
      const station = network.stations.find(({ ocppVersion }) => ocppVersion === version) as StationSpec;
      const charging = await charge(platform.ocppUrl, station, network.tokens[0] ?? '');
      const bills = (count: number) =>
        eventually(async () => {
          const { items } = await network.rest.get<{ items: Cdr[] }>(
            `tariffs/v1/cdrs?stationId=${station.id}&limit=500&order=oldest`,
          );
          const found = items.filter(({ transactionId }) => transactionId === charging.transactionId);
          expect(found).toHaveLength(count);
          return found;
        });
      const [first] = await bills(1);
      expect(first?.signed.map(({ data }) => data)).toEqual(signed);
      await charging.late(1_250);
      const [cdr, credit, replacement] = await bills(3);
      await charging.close();
      expect([cdr, credit, replacement].map((one) => one?.energyWh)).toEqual([1_000, 1_000, 1_250]);
      expect(credit).toMatchObject({ creditReferenceId: cdr?.id, totalInclTaxes: `-${cdr?.totalInclTaxes}` });
      expect(replacement).toMatchObject({ replacesCdrId: cdr?.id, tariffVersion: cdr?.tariffVersion });
      const due = await eventually(async () => {
        const { items } = await network.rest.get<{ items: { amount: string }[] }>(
          `payments/v1/ledger-entries?sessionId=${cdr?.sessionId}`,
        );
        expect(items).toHaveLength(3);
        return items.reduce((cents, { amount }) => cents + Math.round(Number(amount) * 100), 0);
      });
      expect(due).toBe(Math.round(Number(replacement?.totalInclTaxes) * 100));
    },
  );

  it('bills what a meter signed where the location wants it, by the key that the station said first', async () => {
    const { rest, locationId, stations, tokens } = network;
    const path = `device-management/v1/locations/${locationId}`;
    await rest.put(path, { ...(await rest.get<object>(path)), billVerifiedOnly: true });
    const station = stations.filter(({ ocppVersion }) => ocppVersion === '2.0.1')[1] as StationSpec;
    const meter = new TestMeter();
    let page = 0;
    // By a clock that is not synchronised, and each time on pages of its own, for a pair proves one session only.
    const sign = (minutes: number, TX: string, RV: number) =>
      meter.page({ PG: `T${++page}`, RD: [{ TM: meterTime(minutes, 'U'), TX, RV }] });
    const signed = () => ({
      begin: sign(0, 'B', 10),
      end: sign(9, 'E', 11.5),
      publicKey: meter.keyDer.toString('base64'),
    });
    const url = platform.ocppUrl;
    const newest = async ({ transactionId: id }: Charging) => {
      const { items } = await rest.get<{ items: Cdr[] }>(
        `tariffs/v1/cdrs?stationId=${station.id}&limit=500&order=oldest`,
      );
      return items.findLast(({ transactionId }) => transactionId === id);
    };
    // Until sessions know of the location's change, they bill what the register says.
    const charging = await eventually(async () => {
      const tried = await charge201(url, station, tokens[1] ?? '', signed());
      await tried.close();
      const bill = await eventually(async () => (await newest(tried)) ?? Promise.reject(new Error('no CDR yet')));
      expect(bill.location.billVerifiedOnly).toBe(true);
      return tried;
    });
    // The key may come just after the bill, which is corrected then.
    await eventually(async () =>
      expect(await newest(charging)).toMatchObject({
        ...{ energyWh: 1_500, signedVerdict: { result: 'valid', energyWh: '1500', trust: 'first-use' } },
      }),
    );
    const { items } = await rest.get<{ items: object[] }>(`device-management/v1/meter-keys?stationId=${station.id}`);
    expect(items).toMatchObject([{ evseId: 1, trust: 'first-use', publicKey: meter.keyHex.toUpperCase() }]);
  });

  it('can be followed in one trace from the frame of the station to the CDR', () => {
    const finished = spans.getFinishedSpans();
    const issued = finished.find(({ name }) => name.includes('cdr-issued'));
    const trace = finished.filter((span) => span.spanContext().traceId === issued?.spanContext().traceId);
    const names = trace.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/TransactionEvent|StopTransaction/),
        expect.stringContaining('transaction-ended'),
        expect.stringContaining('session-finalized'),
        expect.stringContaining('cdr-issued'),
      ]),
    );
  });
});

/** The numbers that a gapless series of so many CDRs has. */
function numbersUpTo(cdrs: readonly Cdr[]): string[] {
  const [first = ''] = cdrs.map(({ number }) => number).sort();
  const [, prefix = '', digits = ''] = /^(.*?)(\d+)$/.exec(first) ?? [];
  return cdrs.map((_, index) => `${prefix}${String(index + 1).padStart(digits.length, '0')}`).sort();
}
