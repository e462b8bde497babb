import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import type { CdrEvent } from '@chargemesh/contracts';
import { Connection } from '@chargemesh/persistence';
import { INSTALLATION_API_KEY, type TestServices, startTestServices, until } from '@chargemesh/testing';
import { cdr } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { tellOfFailingPayments, tellOfPayments } from './ad-hoc-payments.js';
import { Faults } from './faults.js';
import { type Network, createNetwork } from './network.js';
import { tellOfCalls } from './outbound-calls.js';
import { Prometheus, hasPrometheus } from './prometheus.js';
import { RawStation } from './raw-station.js';

jest.setTimeout(300_000);
const boot = { chargePointVendor: 'V', chargePointModel: 'M' };

/** A CDR of 10 kWh at 0.42 whose total is not 4.20. */
function wronglyPriced(operatorId: string): CdrEvent {
  const tariff = {
    ...{ id: uuidv7(), country_code: 'DE', party_id: 'TST', last_updated: '2026-01-01T00:00:00Z', currency: 'EUR' },
    tax_included: 'NO',
    elements: [{ price_components: [{ type: 'ENERGY', price: 0.42, vat: 19, step_size: 1 }] }],
  };
  return cdr(operatorId, { tariff, totalBeforeTaxes: '4.30', totalInclTaxes: '5.12' });
}

// CI installs it; elsewhere it is Debian's package `prometheus`.
(hasPrometheus ? describe : describe.skip)('a real Prometheus, with the rules of the chart', () => {
  let platform: TestServices;
  let network: Network;
  let prometheus: Prometheus;
  let admin: Connection;
  let faults: Faults;

  beforeAll(async () => {
    platform = await startTestServices(services, { environment: { SESSION_QUIET_S: '1' } });
    network = await createNetwork(() => platform.url, INSTALLATION_API_KEY, { stations: 6, tokens: 1 });
    admin = new Connection({ connectionString: platform.adminUrl });
    await admin.connect();
    faults = new Faults(admin);
    prometheus = await Prometheus.start(platform.managementUrl);
  }, 180_000);
  afterAll(async () => {
    await prometheus?.stop();
    await stop();
  });

  let stopping: Promise<unknown> | undefined;
  const stop = () => (stopping ??= Promise.resolve(admin?.end()).then(() => platform?.stop()));
  const ocpp = () => `${platform.url.replace('http', 'ws')}/ocpp`;
  const station = (version: string) => network.stations.find(({ ocppVersion }) => ocppVersion === version);
  const connected = async (spec = station('1.6')): Promise<RawStation> => {
    if (!spec) throw new Error('there is no such station');
    const raw = await RawStation.connect(ocpp(), spec);
    await raw.say('BootNotification', boot);
    return raw;
  };
  const fires = (alert: string, fault?: () => Promise<unknown>) => prometheus.fires(alert, { fault });
  const refused = (path: string) =>
    fetch(`${platform.url}/api/${path}`, { headers: { authorization: `Bearer ${network.apiKey}` } });

  it('keeps silent about a platform that is well', async () => {
    const raw = await connected();
    await raw.say('Heartbeat', {});
    raw.close();
    await until(() => prometheus.has('count_over_time(up[15s]) >= 4'));
    // How long answers take is the machine's matter here.
    expect([...(await prometheus.firing())].filter((name) => !name.endsWith('LatencyBurns'))).toEqual([]);
  });

  it('tells of somebody who tries passwords', () =>
    fires('ChargemeshStationIncidents', async () => {
      for (const spec of network.stations)
        await RawStation.connect(ocpp(), { ...spec, password: 'not its password' }).catch(() => undefined);
    }));

  it('tells of a session whose registers cannot be true', async () => {
    const raw = await connected();
    const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const [, , started] = await raw.say('StartTransaction', {
      ...{ connectorId: 1, idTag: network.tokens[0], meterStart: 900_000, timestamp: at(30) },
    });
    const { transactionId } = started as { transactionId: number };
    await raw.say('StopTransaction', { transactionId, meterStop: 100, timestamp: at(10) });
    raw.close();
    await fires('ChargemeshSessionsHeld');
  });

  it('tells of a session that runs and of which nothing is heard', async () => {
    const [, second] = network.stations.filter(({ ocppVersion }) => ocppVersion === '1.6');
    const raw = await connected(second);
    const timestamp = new Date().toISOString();
    await raw.say('StartTransaction', { connectorId: 1, idTag: network.tokens[0], meterStart: 0, timestamp });
    raw.close();
    const toldLongAgo = `UPDATE sessions.sessions SET last_received_at = now() - interval '2 days' WHERE status = 'active'`;
    await until(async () => (await admin.query(toldLongAgo)).rowCount === 1);
    await fires('ChargemeshSessionsSilent');
  });

  it('tells of messages without a readable meaning', async () => {
    const raw = await connected();
    await raw.say('StartTransaction', { connectorId: 1, idTag: 'X', meterStart: 'much', timestamp: 'now' });
    raw.close();
    await fires('ChargemeshQuarantineOpen');
  });

  it('tells of an outbox that stands', async () => {
    await admin.query(`INSERT INTO tariffs.outbox (topic, key, value, headers, created_at)
      VALUES ('no.such.topic.v1', 'k', '{}', '{}', now() - interval '2 minutes')`);
    await fires('ChargemeshOutboxStands');
    await admin.query(`DELETE FROM tariffs.outbox WHERE topic = 'no.such.topic.v1'`);
  });

  it('tells of letters that are parked, and of those that wait', async () => {
    await admin.query(`INSERT INTO payments.dead_letters (consumer, topic, partition, log_offset, parking_key, key, value,
        headers, reason, parked_at, waits_until)
      SELECT 'c', 't', 0, n, 'k' || n, 'k', '{}', '{}', 'broken', now() - interval '1 hour',
        CASE WHEN n > 1 THEN now() + interval '1 hour' END FROM generate_series(1, 2) AS n`);
    await fires('ChargemeshDeadLettersParked');
    await fires('ChargemeshDeadLettersWait');
    await admin.query(`DELETE FROM payments.dead_letters WHERE consumer = 'c'`);
  });

  it('tells of work that recurs and fails', async () => {
    await admin.query('REVOKE SELECT ON tariffs.running_costs FROM chargemesh_tariffs');
    await fires('ChargemeshJobOverdue');
    await admin.query('GRANT SELECT ON tariffs.running_costs TO chargemesh_tariffs');
  });

  it('tells of a pool of which all connections wait', () =>
    faults.holding('sessions.sessions', 'reads', async () => {
      const waiting = Array.from({ length: 30 }, () => refused('sessions/v1/sessions').catch(() => undefined));
      await fires('ChargemeshDatabasePoolExhausted').finally(() => void Promise.all(waiting));
    }));

  it('tells of stations that are gone', () =>
    fires('ChargemeshStationsLost', async () => {
      const specs = network.stations.filter(({ ocppVersion }) => ocppVersion === '1.6');
      const stations = await Promise.all(specs.map((spec) => connected(spec)));
      await until(() => prometheus.has(`sum(chargemesh_ocpp_stations_connected) >= ${stations.length}`));
      for (const raw of stations) raw.close();
      // It fires some seconds later, until they are forgotten.
      for (let look = 0; look < 20 && !(await prometheus.firing()).has('ChargemeshStationsLost'); look++)
        await new Promise((resolve) => setTimeout(resolve, 500));
    }));

  it('tells of a database that takes no writes, and of what fails by it', async () => {
    const token = { type: 'RFID', valid: true, contractId: 'DE-TST-CX', issuer: 'T', whitelist: 'ALWAYS' };
    await faults.readOnly('chargemesh_sessions', async () => {
      await fires('ChargemeshDependencyDown');
      await fires('ChargemeshRequestsFail', () =>
        network.rest.put('sessions/v1/tokens/X', token).catch(() => undefined),
      );
    });
  });

  it('tells of stations that nobody lets in', () =>
    faults.readOnly('chargemesh_ocpp_gateway', () =>
      fires('ChargemeshHandshakesRefused', async () => {
        for (const spec of network.stations)
          await RawStation.connect(ocpp(), spec).then(
            (raw) => raw.close(),
            () => undefined,
          );
      }),
    ));

  it('tells of a CDR that does not follow from its tariff', async () => {
    await platform.send([wronglyPriced(network.operatorId)]);
    await fires('ChargemeshOcpiCdrsHeld');
  });

  it('tells of calls that do not reach their destination', async () => {
    tellOfCalls();
    await fires('ChargemeshCallsStand');
    await fires('ChargemeshPaymentProviderDown');
  });

  it('tells of payments that wait for somebody, and of holds that stay', async () => {
    tellOfPayments();
    for (const alert of ['PaymentsDisagree', 'CapturesFail', 'HoldsEnd', 'HoldsKept', 'PaymentsChecked', 'RefundsOwed'])
      await fires(`Chargemesh${alert}`);
  });

  it('tells of a provider that gives no pages, and of webhooks that do not come', async () => {
    const goesWrong = () => Promise.resolve(tellOfFailingPayments());
    await fires('ChargemeshCheckoutsFail', goesWrong);
    await fires('ChargemeshWebhooksLost', goesWrong);
  });

  it('tells of a service that has no process', async () => {
    await stop();
    await fires('ChargemeshServiceDown');
  });
});
