import { SystemClock } from '@chargemesh/service';
import { type RunningStations, startStations } from '@chargemesh/station-simulator';
import { LEFT_TO_DRIVERS, maxPowerKwOf } from './demo.js';
import type { DemoFile } from './seed.js';

/** Short sessions with short pauses, so that whoever watches sees all of one within two minutes. */
const session = { minutes: [0.6, 1.5], powerKw: [11, 150], gapMinutes: 0.2, samples: 4 } as const;

/** Of who pays ad hoc: long enough to look at, and told often. */
const remoteSession = { minutes: [2, 2], samples: 24 } as const;

function powerOf({ id }: { readonly id: string }): { maxPowerKw?: number } {
  const maxPowerKw = maxPowerKwOf(id);
  return maxPowerKw === undefined ? {} : { maxPowerKw };
}

/** Lets the simulated stations of the demo charge until they are stopped. */
export function startDemoStations(demo: DemoFile, { allowRemote = false } = {}): RunningStations {
  return startStations({
    url: `${demo.baseUrl.replace('http', 'ws')}/ocpp`,
    stations: demo.stations
      .filter(({ simulated }) => simulated)
      .map((station) => ({ ...station, ...powerOf(station), evses: 2, onRequest: [LEFT_TO_DRIVERS] })),
    idTokens: demo.tokens.filter(({ valid }) => valid).map(({ uid }) => uid),
    clock: new SystemClock(),
    session,
    remoteSession,
    allowRemote,
  });
}
