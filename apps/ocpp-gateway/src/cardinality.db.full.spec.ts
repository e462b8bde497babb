import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type TestServices, startTestServices } from '@chargemesh/testing';
import { ocppGatewayService } from './index.js';
import { type FrameResult, FrameTelemetry } from './station/telemetry.js';

const OPERATORS = 500;
const VERSIONS = ['1.6', '2.0.1', '2.1'];
const ACTIONS = ['BootNotification', 'Heartbeat', 'StartTransaction', 'MeterValues', 'StopTransaction', 'other'];
const RESULTS: readonly FrameResult[] = ['answered', 'refused', 'unanswered'];

function* stations(count: number) {
  for (let index = 0; index < count; index++)
    yield { index, stationId: `CS-${index}`, operatorId: `operator-${index % OPERATORS}` };
}

const turn = <T>(of: readonly T[], index: number): T => of[Math.floor(index) % of.length] as T;

let services: TestServices;
beforeAll(async () => {
  services = await startTestServices([ocppGatewayService]);
});
afterAll(() => services.stop());

async function series(): Promise<string[]> {
  const text = await (await fetch(`${services.managementUrl}/metrics`)).text();
  return text.split('\n').filter((line) => /^[a-z]/.test(line));
}

const sumOf = (lines: readonly string[]): number =>
  lines.reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);

it('makes as many series with 100,000 stations as with 5,000, and none for a station', async () => {
  let connected = 0;
  const telemetry = new FrameTelemetry(() => stations(connected));
  const seriesWith = async (count: number): Promise<string[]> => {
    connected = count;
    for (const station of stations(count)) {
      const { index } = station;
      const frame = telemetry.start(turn(VERSIONS, index), turn(ACTIONS, index / 9), station);
      telemetry.end(frame, turn(RESULTS, index / 3));
    }
    return series();
  };
  const few = await seriesWith(5_000);
  const many = await seriesWith(100_000);
  // Others begin when they have something to tell: a kind of garbage collection, a job that ran.
  const ofStations = (lines: readonly string[]) => lines.filter((line) => line.startsWith('chargemesh_ocpp_')).length;
  expect(ofStations(many)).toBe(ofStations(few));
  expect(many.length).toBeLessThan(5_000);
  expect(many.join('\n')).not.toContain('CS-');
  const connectedSeries = many.filter((line) => line.startsWith('chargemesh_ocpp_stations_connected'));
  // 200 by name and the rest together.
  expect(connectedSeries).toHaveLength(201);
  expect(sumOf(connectedSeries)).toBe(100_000);
  connected = 0;
  expect(sumOf((await series()).filter((line) => line.startsWith('chargemesh_ocpp_stations_connected')))).toBe(0);
});
