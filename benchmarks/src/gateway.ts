/** Measures the gateway's way from a station's message to its answer against `ws` and JSON without anything else. */
import { join } from 'node:path';
import { Server, figure, median, quantile, report, spread } from './measure.js';
import { connect, disconnect, drive } from './stations.js';

/** Only what contains this: part of a version or of an action, or `memory`. Everything, if absent. */
const [wanted = ''] = process.argv.slice(2);

/** Stations that send; of heartbeats, which wait for nobody, the fewer only. */
const ACTIVE = [100, 1_000] as const;
const ROUNDS = 5;
const ROUND_MS = 2_000;
const WARM_UP_MS = 2_000;
/** Memory is the slope between so many idle connections and so many, of a second wave. */
const IDLE = [500, 3_500] as const;

const NOW = '2026-03-01T12:00:00.000Z';
const measurands = [
  ['Energy.Active.Import.Register', 1_234_567, 'Wh'],
  ['Power.Active.Import', 11_040, 'W'],
  ['Current.Import', 16, 'A', 'L1'],
  ['Current.Import', 16.1, 'A', 'L2'],
  ['Current.Import', 15.9, 'A', 'L3'],
  ['Voltage', 230.1, 'V', 'L1-N'],
  ['Voltage', 229.8, 'V', 'L2-N'],
  ['SoC', 51, 'Percent'],
] as const;
const sampled16 = measurands.map(([measurand, value, unit, phase]) => ({
  value: String(value),
  measurand,
  unit,
  phase,
}));
const sampled2 = measurands.map(([measurand, value, unit, phase]) => ({
  value,
  measurand,
  unitOfMeasure: { unit },
  phase,
}));

/** Messages by version and action; the heartbeat only is answered without the log. */
const messages = {
  'ocpp1.6': {
    Heartbeat: {},
    StatusNotification: { connectorId: 1, status: 'Charging', errorCode: 'NoError', timestamp: NOW },
    MeterValues: { connectorId: 1, meterValue: [{ timestamp: NOW, sampledValue: sampled16 }] },
  },
  'ocpp2.0.1': {
    Heartbeat: {},
    StatusNotification: { timestamp: NOW, connectorStatus: 'Occupied', evseId: 1, connectorId: 1 },
    TransactionEvent: {
      eventType: 'Updated',
      timestamp: NOW,
      triggerReason: 'MeterValuePeriodic',
      seqNo: 7,
      transactionInfo: { transactionId: 'ec4c5d1a-6d1c-4be5-9c7b-0d8f4a0e1f11', chargingState: 'Charging' },
      evse: { id: 1, connectorId: 1 },
      meterValue: [{ timestamp: NOW, sampledValue: sampled2 }],
    },
  },
};

const file = join(import.meta.dirname, 'gateway.server.js');
const start = () => Promise.all([Server.start(file, ['bare']), Server.start(file, ['gateway'])]);

/** Messages per second of the server's CPU, and per second. */
async function round(
  server: Server,
  sockets: Parameters<typeof drive>[0],
  frameOf: (id: string) => string,
  ms: number,
) {
  const [before, began] = [await server.usage(), performance.now()];
  const latencies = await drive(sockets, frameOf, ms);
  const [after, took] = [await server.usage(), (performance.now() - began) / 1_000];
  const { length: answered } = latencies;
  return { perCpuS: answered / (after.cpuS - before.cpuS), perS: answered / took, latencies };
}

interface Case {
  readonly version: string;
  readonly action: string;
  readonly payload: object;
  readonly stations: number;
}

async function compare(bare: Server, gateway: Server, { version, action, payload, stations }: Case) {
  const rest = `,${JSON.stringify(action)},${JSON.stringify(payload)}]`;
  const frameOf = (messageId: string) => `[2,"${messageId}"${rest}`;
  const pairs = [];
  const subjects = await Promise.all(
    [bare, gateway].map(async (server) => ({ server, sockets: await connect(server.url, version, 0, stations) })),
  );
  for (const { server, sockets } of subjects) await round(server, sockets, frameOf, WARM_UP_MS);
  for (let count = 0; count < ROUNDS; count += 1) {
    const results = [];
    for (const { server, sockets } of subjects) results.push(await round(server, sockets, frameOf, ROUND_MS));
    const [ceiling, ours] = results;
    if (ceiling && ours) pairs.push({ ceiling, ours, ratio: ours.perCpuS / ceiling.perCpuS });
  }
  for (const { sockets } of subjects) await disconnect(sockets);
  const latencies = pairs.flatMap(({ ours }) => ours.latencies);
  return [
    `${version} ${action}`,
    figure(stations),
    figure(median(pairs.map(({ ceiling }) => ceiling.perCpuS))),
    figure(median(pairs.map(({ ours }) => ours.perCpuS))),
    figure(median(pairs.map(({ ours }) => ours.perS))),
    spread(
      pairs.map(({ ratio }) => ratio),
      2,
    ),
    figure(quantile(latencies, 0.5), 1),
    figure(quantile(latencies, 0.99), 1),
  ];
}

async function answerPath(): Promise<void> {
  const cases = Object.entries(messages).flatMap(([version, actions]) =>
    Object.entries(actions).flatMap(([action, payload]) =>
      ACTIVE.slice(0, action === 'Heartbeat' ? 1 : undefined).map((stations) => ({
        version,
        action,
        payload,
        stations,
      })),
    ),
  );
  const chosen = cases.filter(({ version, action }) => `${version} ${action}`.includes(wanted));
  if (chosen.length === 0) return;
  const [bare, gateway] = await start();
  const rows = [];
  for (const each of chosen) rows.push(await compare(bare, gateway, each));
  await Promise.all([bare.stop(), gateway.stop()]);
  const cpu = ['ws + JSON /CPU-s', 'gateway /CPU-s', 'gateway /s', 'ratio (lowest–highest)'];
  const head = ['message', 'stations', ...cpu, 'p50, ms', 'p99, ms'];
  report(`Answer path, in a closed loop, ${ROUNDS} rounds of ${ROUND_MS / 1_000} s`, head, rows);
}

async function idleMemory(): Promise<void> {
  const servers = await start();
  const slopes = [];
  for (const server of servers) {
    const [few, many] = IDLE;
    // What the handshakes of a process' first wave of connections leave behind is there once, and not with each connection.
    await disconnect(await connect(server.url, 'ocpp1.6', 0, many));
    const sockets = await connect(server.url, 'ocpp1.6', 0, few);
    const before = await server.usage(true);
    sockets.push(...(await connect(server.url, 'ocpp1.6', few, many)));
    const after = await server.usage(true);
    const slope = (what: 'reachableBytes' | 'residentBytes') => (after[what] - before[what]) / (many - few);
    slopes.push({ reachable: slope('reachableBytes'), resident: slope('residentBytes') });
    await disconnect(sockets);
    await server.stop();
  }
  const [bare, gateway] = slopes;
  if (!bare || !gateway) return;
  const kilobytes = (bytes: number) => `${figure(bytes / 1_000, 1)} kB`;
  const row = (name: string, what: 'reachable' | 'resident') => [
    name,
    kilobytes(bare[what]),
    kilobytes(gateway[what]),
    figure(gateway[what] / bare[what], 2),
  ];
  const rows = [row('heap and buffers', 'reachable'), row('resident', 'resident')];
  report('Memory of an idle connection', ['', 'ws', 'gateway', 'ratio'], rows);
}

await answerPath();
if ('memory'.includes(wanted)) await idleMemory();
process.exit();
