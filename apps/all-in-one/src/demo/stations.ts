import { SystemClock } from '@chargemesh/service';
import { type RunningStations, startStations } from '@chargemesh/station-simulator';
import type { DemoFile } from './seed.js';

/** Short sessions with short pauses, so that whoever watches sees all of one within two minutes. */
const session = { minutes: [0.6, 1.5], powerKw: [11, 150], gapMinutes: 0.2, samples: 4 } as const;

/** Lets the simulated stations of the demo charge until they are stopped. */
export function startDemoStations(demo: DemoFile, { allowRemote = false } = {}): RunningStations {
  return startStations({
    url: `${demo.baseUrl.replace('http', 'ws')}/ocpp`,
    stations: demo.stations.filter(({ simulated }) => simulated).map((station) => ({ ...station, evses: 2 })),
    idTokens: demo.tokens.filter(({ valid }) => valid).map(({ uid }) => uid),
    clock: new SystemClock(),
    session,
    allowRemote,
  });
}
