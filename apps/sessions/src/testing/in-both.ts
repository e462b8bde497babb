import { ManualClock, type TestDatabase } from '@chargemesh/testing';
import { random } from '@chargemesh/testing/random';
import { DEFAULT_BELIEFS } from '../finalization/limit.js';
import { knownStations } from '../projections/projections.js';
import { isWhole } from '../transactions/lifecycle.js';
import type { Session } from '../transactions/session.js';
import { OPERATOR_ID, STATION_ID, at } from './facts.js';
import { Play } from './play.js';
import { evse, referenceData } from './reference-data.js';
import { servicesOn } from './services.js';
import { stationState } from './states.js';
import { type Story, randomStory } from './stories.js';

/** Stories at once: all that is due of them is one batch. */
const STORIES = 12;
const STEPS = 6;
const SECONDS = [0, 10, 700, 1_000];
const NOON = at('12:00');
const EVSES = [evse(1, 2), evse(2, 2)];

interface Telling {
  readonly stationId: string;
  readonly story: Story;
  readonly play: Play;
}

/** What is known of a session, and what decides on it. */
type Seen = Record<string, unknown>;

/** What becomes of stories in a database and in memory, step by step. */
export async function* inBoth(
  test: TestDatabase,
  round: number,
): AsyncGenerator<{ stored: Record<string, Seen>; inMemory: Record<string, Seen> }> {
  const tellings = Array.from({ length: STORIES }, (_, index) => tellingOf(round * STORIES + index));
  const clock = new ManualClock(NOON);
  const services = servicesOn(test, clock);
  const inTransaction = test.database.transaction.bind(test.database);
  const states = tellings.map(({ stationId }) => stationState(stationId, { evses: EVSES }).data);
  await inTransaction([OPERATOR_ID], (tx) => knownStations.save(tx, states));
  const seen = async () => ({
    stored: await storedOf(test, services, tellings),
    inMemory: Object.fromEntries(tellings.flatMap(({ play }) => inMemoryOf(play))),
  });
  for (let step = 0; step < STEPS; step++) {
    const events = tellings.flatMap(({ story }) => story[step] ?? []);
    await inTransaction([OPERATOR_ID], (tx) => services.transactions.apply(events, tx));
    for (const { story, play } of tellings) play.batch(...(story[step] ?? []));
    yield await seen();
    const seconds = SECONDS[step % SECONDS.length] ?? 0;
    clock.advance(seconds);
    await services.finalization.finalizeDue();
    for (const { play } of tellings) play.after(seconds);
    yield await seen();
  }
}

function tellingOf(seed: number): Telling {
  const stationId = `S-${seed}`;
  const reference = referenceData(EVSES);
  const station = reference.stations.get(STATION_ID);
  const stations = new Map(station ? [[stationId, { ...station, stationId }]] : []);
  const beliefs = new Map([[OPERATOR_ID, { ...DEFAULT_BELIEFS, freeStarts: false }]]);
  const play = new Play(NOON, { ...reference, tokens: new Map(), stations }, [], beliefs);
  return { stationId, story: randomStory(stationId, random(seed)), play };
}

async function storedOf(
  { database }: TestDatabase,
  { sessions, places, context }: ReturnType<typeof servicesOn>,
  tellings: readonly Telling[],
): Promise<Record<string, Seen>> {
  return database.transaction([OPERATOR_ID], async (tx) => {
    const stationIds = tellings.map(({ stationId }) => stationId);
    const rows = await tx.query<{ sessionId: string }>(
      `SELECT session_id AS "sessionId" FROM sessions WHERE station_id = ANY ($1)`,
      [stationIds],
    );
    const ids = rows.map(({ sessionId }) => sessionId);
    const all = await sessions.loadWhole(tx, ids);
    const placed = await places.find(tx, all.filter(isWhole));
    const read = await context.read(
      tx,
      placed.map(({ session }) => session),
    );
    const seen = new Map(all.map((session) => [session.sessionId, { ...told(session) }]));
    for (const { session, isPlaceUnknown } of placed) {
      const { proofs: _proofs, ...known } = await read(session, []);
      seen.set(session.sessionId, { ...seen.get(session.sessionId), known: knownOf({ ...known, isPlaceUnknown }) });
    }
    return Object.fromEntries(all.map((session) => [nameOf(session), seen.get(session.sessionId) ?? {}]));
  });
}

function inMemoryOf(play: Play): [string, Seen][] {
  return play.sessionsOf().map((session) => {
    const known = isWhole(session) ? { known: knownOf(play.known(play.placed(session))) } : {};
    return [nameOf(session), { ...told(session), ...known }];
  });
}

function nameOf({ stationId, transactionId }: Session): string {
  return `${stationId}/${transactionId}`;
}

/** Digests depend on the order in which a database gives the members of an object, and ids on what was heard first. */
function told({ sessionId: _id, finalDigest: _digest, hold, ...session }: Session): Seen {
  return { ...session, hold: hold && { ...hold, digest: undefined } };
}

function byText(a: object, b: object): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function knownOf<Known extends { beside: readonly { samples: readonly { sessionId: string }[] }[] }>(
  known: Known,
): Seen {
  const beside = known.beside.map((one) => ({
    ...one,
    samples: one.samples.map(({ sessionId: _id, ...sample }) => sample).sort(byText),
  }));
  // What is of one moment comes in any order.
  return { ...known, beside: beside.sort(byText) };
}
