import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Rest, type ServiceProcess } from '@chargemesh/all-in-one';
import { commands, run } from '@chargemesh/cli';
import { SystemClock } from '@chargemesh/service';
import { type Ledger, simulate } from '@chargemesh/station-simulator';
import { eventually, until } from '@chargemesh/testing';
import { type Network, createLocation, createNetwork } from './network.js';
import { type Cdr, billed, cdrsOf, expectEntered, expected, listAll } from './reconcile.js';
import { RestorablePlatform } from './restorable.js';
import { snippetsOf } from './snippets.js';

const STATIONS = 30;
const SESSIONS = 150;
const TIME_SCALE = 500;
const DAY_MS = 86_400_000;
/** Stations' clocks run fast in the past, each round days after the last: what is stamped after its arrival is mended. */
const DAYS_AGO = 60;
const DAYS_OF_ROUND = 10;
/** How far consumers may have been behind at the moment to which a database is restored. */
const MARGIN_MS = 600_000;

/** CDRs of which the ledger has not heard. */
const UNENTERED = `SELECT cdr_id FROM tariffs.cdrs c
  WHERE NOT EXISTS (SELECT FROM payments.ledger_entries e WHERE e.cdr_id = c.cdr_id)`;
const UNREAD = 3;
/** What was changed by people, and tariffs has not heard. */
const LOCATIONS_UNREAD = `SELECT FROM device_management.locations l
  WHERE NOT EXISTS (SELECT FROM tariffs.known_locations k WHERE k.location_id = l.location_id AND k.version = l.version)`;
const UNSENT = 'SELECT FROM sessions.outbox UNION ALL SELECT FROM device_management.outbox';

/** Whether a process has applied all that the log has for one of its groups. */
async function hasApplied({ managementUrl }: ServiceProcess, group: string): Promise<boolean> {
  const metrics = await (await fetch(`${managementUrl}/metrics`)).text();
  const lag = metrics
    .split('\n')
    .find((line) => line.startsWith('chargemesh_messaging_consumer_lag') && line.includes(`"${group}"`));
  return lag?.endsWith(' 0') === true || / 0 \d+$/.test(lag ?? '');
}

describe('a platform of which something was lost', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chargemesh-restore-'));
  const clock = new SystemClock();
  const sessions: Ledger['sessions'][number][] = [];
  let restorable: RestorablePlatform;
  let network: Network;
  let rounds = 0;

  beforeAll(async () => {
    restorable = await RestorablePlatform.start(folder);
    const { addressOf, installationApiKey } = restorable.platform;
    network = await createNetwork(addressOf, installationApiKey, { stations: STATIONS, tokens: 20 });
  }, 600_000);

  afterAll(async () => {
    await restorable?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  /** Stations charge, lose their connections, and say things twice; whoever they reach. */
  async function round(): Promise<void> {
    const daysAgo = DAYS_AGO - DAYS_OF_ROUND * rounds++;
    const ledger = await simulate({
      url: `${restorable.platform.addressOf('ocpp-gateway').replace('http', 'ws')}/ocpp`,
      stations: network.stations,
      idTokens: network.tokens,
      clock: { now: () => new Date(clock.now().getTime() - daysAgo * DAY_MS) },
      sessions: SESSIONS,
      seed: rounds,
      timeScale: TIME_SCALE,
      faults: { drop: 0.01, duplicate: 0.05, offline: 0.1, reorder: 0.5 },
      backoffMs: [200, 2_000],
      deadlineMs: 900_000,
    });
    expect(ledger).toMatchObject({ complete: true, counts: { contradicted: 0, unauthorized: 0 } });
    sessions.push(...ledger.sessions);
  }

  const cdrs = () => listAll<Cdr>(network.rest, 'tariffs/v1/cdrs');
  /** Waits until so many more were issued, as long as it goes on. */
  async function issued(more: number): Promise<Cdr[]> {
    let found = await cdrs();
    for (const enough = found.length + more; found.length < enough;) {
      const before = found.length;
      found = await eventually(async () => {
        const now = await cdrs();
        expect(now.length).toBeGreaterThan(before);
        return now;
      });
    }
    return found;
  }

  /** Every session once and to the cent; CDRs with gapless numbers, each in the ledger once; and nothing left lying. */
  async function expectEqual(): Promise<Cdr[]> {
    const ledger = { sessions } as unknown as Ledger;
    await cdrsOf(network.rest, ledger);
    const all = await eventually(async () => {
      const found = await cdrs();
      expect(billed(found)).toEqual(expected(ledger));
      return found;
    });
    const numbers = all.map(({ number }) => number).sort();
    expect(numbers).toEqual(numbers.map((_, index) => `CDR-${String(index + 1).padStart(9, '0')}`));
    await expectEntered(
      network.rest,
      all.map(({ id }) => id),
    );
    expect(await restorable.count('dead_letters')).toBe(0);
    return all;
  }

  /** The command-line tool, as the pages call it. */
  async function chargemesh(...args: string[]): Promise<string> {
    const told = { out: '', err: '' };
    const kafka = { KAFKA_REPLICATION_FACTOR: '1', KAFKA_MIN_IN_SYNC_REPLICAS: '1' };
    const terminal = {
      stdin: (async function* () {})(),
      out: (text: string) => void (told.out += text),
      err: (text: string) => void (told.err += text),
      environment: { KAFKA_BROKERS: restorable.kafkaBrokers, ...kafka },
    };
    const code = await run(args, terminal, commands);
    expect([code, told.err]).toEqual([0, '']);
    return told.out;
  }

  async function rewind(to: string): Promise<{ group: string; records: number }[]> {
    const told = await chargemesh('restore', 'rewind', '--to', to, '--json');
    return JSON.parse(told) as { group: string; records: number }[];
  }

  /** What `chargemesh restore replay` asks for, of processes that each have a port of their own; gives how many were told. */
  async function tellAgain(since: string): Promise<Record<'states' | 'cdrs' | 'sessions', number>> {
    const { addressOf, installationApiKey } = restorable.platform;
    const installation = new Rest(addressOf, installationApiKey);
    const replay = async (path: string, body: object) =>
      (await installation.post<{ replayed: number }>(`${path}/replays`, body)).replayed;
    return {
      states: await replay('device-management/v1/states', {}),
      cdrs: await replay('tariffs/v1/cdrs', { since }),
      sessions: await replay('sessions/v1/sessions', { since }),
    };
  }

  it('loses nothing and needs no hand when its database is restored to the last commit', async () => {
    const charging = round();
    charging.catch(() => undefined);
    await issued(10);
    const backup = await restorable.backUp();
    await issued(10);
    const times = new Stopwatch();
    await restorable.crash();
    restorable.saveWal();
    await restorable.restore(backup);
    times.note('restoredS');
    await restorable.startServices();
    times.note('readyS');
    await charging;
    const all = await expectEqual();
    report('the last commit', { ...times.noted, cdrs: all.length });
  }, 1_800_000);

  it('reads from the log what its database has lost when that is restored to an older moment', async () => {
    const charging = round();
    charging.catch(() => undefined);
    await issued(5);
    const backup = await restorable.backUp();
    await issued(5);
    const moment = await restorable.moment();
    await createLocation(network.rest, network.locationId, 'Said after the moment');
    const told = await issued(20);
    await restorable.archiveWal();
    const lost = told.filter(({ issuedAt }) => issuedAt > moment);
    const times = new Stopwatch();
    await restorable.crash();
    await restorable.restore(backup, moment);
    times.note('restoredS');
    const page = snippetsOf('docs/operations/backup-and-restore.md');
    for (const { text } of page.filter(({ language }) => language === 'sql'))
      await restorable.asAdmin((admin) => admin.query(text));
    const groups = await rewind(new Date(Date.parse(moment) - MARGIN_MS).toISOString());
    times.note('rewoundS');
    await restorable.startServices();
    times.note('readyS');
    const { name } = await network.rest.get<{ name: string }>(`device-management/v1/locations/${network.locationId}`);
    expect(name).toBe('Test yard');
    await createLocation(network.rest, network.locationId, 'Said again');
    await charging;
    const all = await expectEqual();
    // What partners and drivers have seen keeps its number and its amounts.
    const kept = new Map(all.map((cdr) => [cdr.id, cdr]));
    for (const cdr of lost) expect(kept.get(cdr.id)).toMatchObject({ number: cdr.number, sessionId: cdr.sessionId });
    const records = groups.reduce((sum, group) => sum + group.records, 0);
    report('an older moment', { ...times.noted, cdrs: all.length, cdrsLost: lost.length, recordsReadAgain: records });
  }, 1_800_000);

  it('tells again what nobody had read when Kafka is lost with all that it had', async () => {
    const charging = round();
    charging.catch(() => undefined);
    await issued(5);
    const since = new Date(Date.parse(await restorable.moment()) - MARGIN_MS).toISOString();
    const [findUnbilled] = snippetsOf('docs/operations/disaster-recovery.md', 'sql');
    const unbilled = () => restorable.rows(findUnbilled?.text ?? '');
    // Readers fall behind one after the other, so that there is something in the log that is nowhere else in it.
    await restorable.process('payments').kill();
    await until(async () => (await restorable.rows(UNENTERED)).length >= UNREAD);
    await restorable.process('tariffs').kill();
    await until(async () => (await unbilled()).length >= UNREAD);
    await restorable.process('ocpp-gateway').kill();
    await createLocation(network.rest, network.locationId, 'Said before the loss');
    await until(() => hasApplied(restorable.process('sessions'), 'sessions.ocpp.station-events.v1'));
    await until(async () => (await restorable.rows(UNSENT)).length === 0);
    const times = new Stopwatch();
    for (const service of restorable.platform.processes) await service.kill();
    const [sessionsUnread, cdrsUnread] = [(await unbilled()).length, (await restorable.rows(UNENTERED)).length];
    await restorable.loseKafka();
    expect(await chargemesh('topics')).toContain('ocpp.station-events.v1');
    await restorable.startServices();
    times.note('readyS');
    expect(await restorable.rows(LOCATIONS_UNREAD)).toHaveLength(1);
    const replayed = await tellAgain(since);
    expect(replayed.cdrs).toBeGreaterThanOrEqual(cdrsUnread);
    expect(replayed.sessions).toBeGreaterThanOrEqual(sessionsUnread);
    await until(async () => (await restorable.rows(LOCATIONS_UNREAD)).length === 0);
    await charging;
    const all = await expectEqual();
    expect(await unbilled()).toEqual([]);
    report('an empty log', { ...times.noted, cdrs: all.length, sessionsUnread, cdrsUnread, replayed });
  }, 1_800_000);
});

class Stopwatch {
  private readonly began = performance.now();
  readonly noted: Record<string, number> = {};

  note(name: string): void {
    this.noted[name] = Math.round((performance.now() - this.began) / 1_000);
  }
}

function report(what: string, found: Record<string, unknown>): void {
  process.stdout.write(`restore to ${what}: ${JSON.stringify(found)}\n`);
}
