import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it, jest } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { sessions } from '@chargemesh/contracts';
import { Connection } from '@chargemesh/persistence';
import { SystemClock } from '@chargemesh/service';
import { INSTALLATION_API_KEY, type TestServices, startTestServices, until } from '@chargemesh/testing';
import { Faults } from './faults.js';
import { type Network, createNetwork } from './network.js';
import { Prometheus, hasPrometheus } from './prometheus.js';
import { RawStation } from './raw-station.js';

jest.setTimeout(600_000);

/** A burn needs five misses of an operator; a third of the stations speaks OCPP 1.6. */
const STATIONS = 18;
/** What nothing durable answers within it stays unanswered. */
const HOLD_MS = 10_000;
/** Longer than the objective of an answer, and shorter than what is held. */
const SLOW_MS = 1_500;
/** Longer than the objective of what is stored. */
const UNSTORED_MS = 11_000;
/** Longer than the objective of a CDR. */
const LATE_MS = 31 * 60_000;

/** The system's clock, which a test puts forward. */
class HurriedClock extends SystemClock {
  aheadMs = 0;

  override now(): Date {
    return new Date(super.now().getTime() + this.aheadMs);
  }
}

const clock = new HurriedClock();
const minutesAgo = (minutes: number) => new Date(clock.now().getTime() - minutes * 60_000).toISOString();

// CI installs it; elsewhere it is Debian's package `prometheus`.
(hasPrometheus ? describe : describe.skip)('a real Prometheus, with the objectives of the chart', () => {
  let platform: TestServices;
  let network: Network;
  let prometheus: Prometheus;
  let admin: Connection;
  let faults: Faults;
  const stations: RawStation[] = [];

  beforeAll(async () => {
    const environment = { SESSION_QUIET_S: '1', HOLD_MS: String(HOLD_MS) };
    platform = await startTestServices(services, { clock, environment });
    network = await createNetwork(() => platform.url, INSTALLATION_API_KEY, { stations: STATIONS, tokens: 1 });
    admin = new Connection({ connectionString: platform.adminUrl });
    await admin.connect();
    faults = new Faults(admin);
    prometheus = await Prometheus.start(platform.managementUrl);
    await until(connect);
    const boot = { chargePointVendor: 'V', chargePointModel: 'M' };
    await each((station) => station.say('BootNotification', boot));
    await each((station) => charge(station, 60));
    // Before the first miss, so that Prometheus sees the step from none.
    for (const slo of ['edge-availability', 'answer-latency', 'persisted-latency', 'cdr-delay'])
      await until(() =>
        prometheus.has(`chargemesh_slo_events_total{chargemesh_slo="${slo}",chargemesh_slo_met="false"}`),
      );
  });
  afterAll(async () => {
    for (const station of stations) station.close();
    await prometheus?.stop();
    await admin?.end();
    await platform?.stop();
  });

  /** Anew: the gateway closes the connection of a station that it leaves without an answer. */
  async function connect(): Promise<boolean> {
    for (const station of stations.splice(0)) station.close();
    const specs = network.stations.filter(({ ocppVersion }) => ocppVersion === '1.6');
    const url = `${platform.url.replace('http', 'ws')}/ocpp`;
    const met = await Promise.allSettled(specs.map((spec) => RawStation.connect(url, spec)));
    stations.push(...met.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
    return stations.length === specs.length;
  }
  const each = (say: (station: RawStation) => Promise<unknown>) => Promise.all(stations.map(say));
  const sayStatus = (station: RawStation) =>
    station.say('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' });
  /** A session of five minutes. */
  async function charge(station: RawStation, began: number): Promise<void> {
    const start = { connectorId: 1, idTag: network.tokens[0], meterStart: 0, timestamp: minutesAgo(began) };
    const [, , answer] = await station.say('StartTransaction', start);
    const { transactionId } = answer as { transactionId: number };
    await station.say('StopTransaction', { transactionId, meterStop: 1_000, timestamp: minutesAgo(began - 5) });
  }
  const finalized = async () =>
    (await platform.told(sessions)).filter(({ type }) => type === 'session-finalized').length;
  /** Both fire: the page, which goes by hours, and the ticket, which goes by days. */
  const burns = async (objective: string, fault?: () => Promise<unknown>): Promise<void> => {
    await prometheus.fires(`Chargemesh${objective}Burns`, { severity: 'page', fault });
    await prometheus.fires(`Chargemesh${objective}Burns`, { severity: 'ticket' });
  };

  it('tells of answers that take long', () =>
    burns('AnswerLatency', async () => {
      let said: Promise<unknown> | undefined;
      await faults.holding('embedded_log.log_partitions', 'writes', () => {
        said = each(sayStatus);
        return sleep(SLOW_MS);
      });
      await said;
    }));

  it('tells of a reader that stands, and of what reaches its session late by that', async () => {
    await faults.holding('sessions.sessions', 'writes', async () => {
      await each((station) => charge(station, 50));
      await prometheus.fires('ChargemeshConsumerStands');
      await sleep(UNSTORED_MS);
    });
    await burns('PersistedLatency');
  });

  it('tells of CDRs that are issued late', async () => {
    const before = await finalized();
    await faults.readOnly('chargemesh_tariffs', async () => {
      await each((station) => charge(station, 40));
      await until(async () => (await finalized()) >= before + stations.length);
      clock.aheadMs += LATE_MS;
    });
    await burns('CdrDelay');
  });

  // The last: it ends connections.
  it('tells of messages that stay unanswered', () =>
    faults.readOnly('chargemesh_embedded_log', () =>
      burns('EdgeAvailability', async () => {
        // Nothing answers: the gateway ends the connections at last.
        void each(sayStatus);
        await each(({ closed }) => closed);
        await until(connect);
      }),
    ));
});
