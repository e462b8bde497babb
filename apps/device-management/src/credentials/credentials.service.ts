import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { StationCredentialState, newEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import {
  Audit,
  type Caller,
  Clock,
  type Outcome,
  Schedule,
  SecretHasher,
  problem,
  statesOf,
} from '@chargemesh/service';
import { Station } from '../stations/station.entity.js';
import type { CredentialsBody, CredentialsView } from '../stations/stations.schema.js';
import { OperatorsStore } from '../operators/operators.store.js';
import { LocationsStore } from '../locations/locations.store.js';
import { StationsStore } from '../stations/stations.store.js';
import type { Credential } from './credential.entity.js';
import { admission, withPassword } from './credentials.decide.js';
import { CredentialsStore } from './credentials.store.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const PASSWORD_LENGTH = 20;
/** Stations of one transaction that are told once more. */
const SLICE = 200;
const ZONES_EVERY_MS = 10_000;

/** What the gateway must know to let a station in, and how to answer its boot. */
@Injectable()
export class CredentialsService implements OnApplicationBootstrap {
  readonly states = statesOf(Station, ['stationId'], async (tx, stations) => {
    const credentials = await this.store.of(
      tx,
      stations.map(({ stationId }) => stationId),
    );
    return this.facts(tx, stations, credentials, this.clock.now().toISOString());
  });

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly hasher: SecretHasher,
    private readonly stations: StationsStore,
    private readonly locations: LocationsStore,
    private readonly store: CredentialsStore,
    private readonly operators: OperatorsStore,
    private readonly schedule: Schedule,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.every('tell zones of stations', ZONES_EVERY_MS, () => this.tellZones(), { exclusive: true });
  }

  /** Sets the password of a station, or makes one up; it is kept nowhere but in this answer. */
  set(caller: Caller, stationId: string, { password = newPassword() }: CredentialsBody): Promise<CredentialsView> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const { station, known } = await this.held(tx, stationId);
      await this.change(tx, caller, station, known, password);
      return { password };
    });
  }

  /**
   * Sets the password of a station of many, or makes one up where there is none: the same rows sent again must not take
   * from stations the passwords that they got the first time.
   */
  async putIn(tx: Transaction, caller: Caller, stationId: string, { password }: CredentialsBody): Promise<Outcome> {
    const { station, known } = await this.held(tx, stationId);
    const isFirst = known.passwordHashes.length === 0;
    if (password === undefined && !isFirst) return { status: 'unchanged' };
    const next = password ?? newPassword();
    if (!(await this.change(tx, caller, station, known, next))) return { status: 'unchanged' };
    return { status: isFirst ? 'created' : 'updated', shown: { password: next } };
  }

  private async held(tx: Transaction, stationId: string): Promise<{ station: Station; known: Credential }> {
    const [station] = await this.stations.lock(tx, [stationId]);
    const known = station && !station.deleted ? await this.store.find(tx, stationId) : null;
    if (!station || !known) throw problem('not-found', { stationId });
    return { station, known };
  }

  /** @returns whether it is another password than before */
  private async change(tx: Transaction, caller: Caller, station: Station, known: Credential, password: string) {
    const next = withPassword(known, this.hasher.hash(password));
    if (!next) return false;
    await this.save(tx, station, next, this.clock.now().toISOString());
    await this.audit.add(tx, caller, 'set-password', 'station', station.stationId, {});
    return true;
  }

  /** Tells the gateway what a change of a station means for it. */
  async follow(tx: Transaction, before: Station | null, after: Station, time: string): Promise<void> {
    if (before && isDeepStrictEqual(announcedOf(before), announcedOf(after))) return;
    const known = await this.store.find(tx, after.stationId);
    const { stationId, operatorId } = after;
    const passwordHashes = after.deleted ? [] : (known?.passwordHashes ?? []);
    await this.save(tx, after, { stationId, operatorId, version: (known?.version ?? 0) + 1, passwordHashes }, time);
  }

  /** Forgets the passwords before those that stations were seen to use. */
  async used(
    tx: Transaction,
    stations: readonly Station[],
    used: readonly { stationId: string; version: number }[],
  ): Promise<void> {
    if (used.length === 0) return;
    const time = this.clock.now().toISOString();
    const changed = await this.store.forgetPrevious(tx, used);
    await this.tell(tx, stations, changed, time);
  }

  /** Tells the gateway that the clocks at a location are set otherwise. */
  async moved(tx: Transaction, locationId: string, time: string): Promise<void> {
    const stations = await this.stations.lockAt(tx, locationId);
    const changed = await this.store.next(
      tx,
      stations.map(({ stationId }) => stationId),
    );
    await this.tell(tx, stations, changed, time);
  }

  /** Tells the gateway the zones that it was never told. */
  async tellZones(): Promise<void> {
    for (let told = SLICE; told === SLICE;) told = await this.tellSomeZones();
  }

  private tellSomeZones(): Promise<number> {
    return this.database.transaction([], async (tx) => {
      await tx.see(await this.operators.allIds(tx));
      const due = await this.store.zonesDue(tx, SLICE);
      if (due.length === 0) return 0;
      const stations = await this.stations.lock(tx, due);
      const changed = await this.store.next(tx, due);
      await this.tell(tx, stations, changed, this.clock.now().toISOString());
      return due.length;
    });
  }

  private async save(tx: Transaction, station: Station, credential: Credential, time: string): Promise<void> {
    await this.store.save(tx, credential);
    await this.tell(tx, [station], [credential], time);
  }

  private async tell(tx: Transaction, stations: readonly Station[], changed: readonly Credential[], time: string) {
    await this.outbox.add(tx, await this.facts(tx, stations, changed, time));
  }

  private async facts(tx: Transaction, stations: readonly Station[], changed: readonly Credential[], time: string) {
    const zones = await this.locations.zones(
      tx,
      stations.flatMap(({ locationId }) => locationId ?? []),
    );
    const credentials = new Map(changed.map((credential) => [credential.stationId, credential]));
    return stations.flatMap((station) => {
      const credential = credentials.get(station.stationId);
      return credential ? [fact(station, credential, zones.get(station.locationId ?? ''), time)] : [];
    });
  }
}

/** What of a station the gateway is told; of its location, the zone. */
function announcedOf(station: Station) {
  return { ...admission(station), locationId: station.locationId };
}

function fact(station: Station, credential: Credential, timeZone: string | undefined, time: string) {
  const { operatorId } = station;
  const data = { ...credential, ...admission(station), ...(timeZone ? { timeZone } : {}) };
  return newEvent(StationCredentialState, { operatorId, time, data });
}

function newPassword(): string {
  return Array.from({ length: PASSWORD_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}
