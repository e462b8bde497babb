import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { cdrs, platformMetrics } from '@chargemesh/contracts';
import { Telemetry, counterOf } from '@chargemesh/messaging';
import { Connection } from '@chargemesh/persistence';
import { SystemClock } from '@chargemesh/service';
import { simulate } from '@chargemesh/station-simulator';
import { INSTALLATION_API_KEY, type TestServices, eventually, startTestServices, until } from '@chargemesh/testing';
import { tellOfPayments } from './ad-hoc-payments.js';
import { Faults } from './faults.js';
import { type Network, createNetwork } from './network.js';
import { bare, queries } from './panels.js';
import { Prometheus, hasPrometheus } from './prometheus.js';
import { RawStation } from './raw-station.js';
import { tellOfCalls } from './outbound-calls.js';
import { cdrsOf } from './reconcile.js';

jest.setTimeout(240_000);

// CI installs it; elsewhere it is Debian's package `prometheus`.
(hasPrometheus ? describe : describe.skip)('the dashboards, asked of a real Prometheus', () => {
  let platform: TestServices;
  let network: Network;
  let prometheus: Prometheus;
  let admin: Connection;
  let faults: Faults;

  beforeAll(async () => {
    platform = await startTestServices(services, { environment: { SESSION_QUIET_S: '1', HOLD_MS: '5000' } });
    network = await createNetwork(() => platform.url, INSTALLATION_API_KEY, { stations: 3, tokens: 1 });
    admin = new Connection({ connectionString: platform.adminUrl });
    await admin.connect();
    faults = new Faults(admin);
    prometheus = await Prometheus.start(platform.managementUrl);
    const sold = await ordinaryDay();
    await badDay(sold);
    whatOthersTry();
  });
  afterAll(async () => {
    await prometheus?.stop();
    await admin?.end();
    await platform?.stop();
  });

  const ocpp = () => `${platform.url.replace('http', 'ws')}/ocpp`;
  const spec = (version: string) => {
    const found = network.stations.find(({ ocppVersion }) => ocppVersion === version);
    if (!found) throw new Error(`there is no station of ${version}`);
    return found;
  };

  /** Sessions to their CDRs, and a command; gives a transaction that is billed. */
  async function ordinaryDay(): Promise<number> {
    const { stations, tokens, rest } = network;
    const ledger = await simulate({
      ...{ url: ocpp(), stations, idTokens: tokens, clock: new SystemClock(), sessions: 6, deadlineMs: 100_000 },
    });
    await cdrsOf(rest, ledger);
    const station = await RawStation.connect(ocpp(), spec('1.6'));
    station.answer = (messageId) => `[3,"${messageId}",{"status":"Accepted"}]`;
    // A member of its own is read leniently.
    await station.say('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M', lot: 7 });
    const command = { stationId: spec('1.6').id, tokenUid: tokens[0] };
    const { id } = await eventually(() => rest.post<{ id: string }>('sessions/v1/remote-starts', command));
    await until(async () => (await rest.get<{ status: string }>(`sessions/v1/remote-starts/${id}`)).status !== 'sent');
    station.close();
    return Number(ledger.sessions.find(({ stationId }) => stationId === spec('1.6').id)?.transactionId);
  }

  /** What panels of faults show: each fault once. */
  async function badDay(transactionId: number): Promise<void> {
    const wrong = { ...spec('1.6'), password: 'not its password' };
    await RawStation.connect(ocpp(), wrong).catch(() => undefined);
    await platform.send(await platform.told(cdrs));
    const station = await RawStation.connect(ocpp(), spec('1.6'));
    await station.say('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
    const late = { timestamp: new Date().toISOString(), sampledValue: [{ value: '1' }] };
    await station.say('MeterValues', { connectorId: 1, transactionId, meterValue: [late] });
    const start = { connectorId: 1, idTag: network.tokens[0], meterStart: 1, timestamp: new Date().toISOString() };
    await station.say('StartTransaction', { ...start, meterStart: 'much', timestamp: 'now' });
    await faults.readOnly('chargemesh_embedded_log', () =>
      until(() => {
        // Nothing answers it: it is said and not waited for.
        void station.say('StartTransaction', start);
        return prometheus.has('chargemesh_ocpp_answer_duration_seconds_count{chargemesh_ocpp_result="unanswered"}');
      }),
    );
    station.close();
    const token = { type: 'RFID', valid: true, contractId: 'DE-TST-CX', issuer: 'T', whitelist: 'ALWAYS' };
    await faults.readOnly('chargemesh_sessions', async () => {
      await expect(network.rest.put('sessions/v1/tokens/X', token)).rejects.toThrow();
    });
  }

  /** What has tests of its own, told here by the instruments themselves. */
  function whatOthersTry(): void {
    tellOfCalls();
    tellOfPayments();
    const log = new Telemetry('postgresql');
    log.alarm('payments.tariffs.cdrs.v1');
    log.count('parked', 'payments.tariffs.cdrs.v1', 1);
    counterOf(platformMetrics.charging.sessionsUndecided).add(1);
  }

  it.each(queries().map(({ dashboard, panel, expr }) => [dashboard, panel, expr] as const))(
    '%s shows something at "%s" (%s)',
    (_dashboard, _panel, expr) => until(() => prometheus.has(bare(expr))),
  );
});
