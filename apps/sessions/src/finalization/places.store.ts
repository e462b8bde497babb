import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { ConnectorStatesStore } from '../transactions/connector-states.store.js';
import type { Session } from '../transactions/session.js';
import type { Whole } from '../transactions/lifecycle.js';
import { ReferenceDataStore } from '../transactions/reference-data.store.js';
import { groupBy } from './group-by.js';
import { type Placed, isPlaceOpen, placedByEvidence, ranBeside } from './place.js';

type Beside = Pick<Session, 'sessionId' | 'stationId' | 'evseId' | 'evseAt' | 'startedAt' | 'endedAt'>;

/** Finds out where sessions were of which nobody named the EVSE. */
@Injectable()
export class PlacesStore {
  constructor(
    private readonly reference: ReferenceDataStore,
    private readonly connectors: ConnectorStatesStore,
  ) {}

  /** The sessions in their order. */
  async find(tx: Transaction, sessions: readonly Whole[]): Promise<Placed[]> {
    const open = sessions.filter(isPlaceOpen);
    const stations = await this.stationsOf(tx, open);
    const several = open.filter(({ stationId }) => (stations.get(stationId)?.evses.length ?? 0) > 1);
    const stationIds = [...new Set(several.map(({ stationId }) => stationId))];
    const connectors = groupBy(await this.connectors.load(tx, stationIds), ({ stationId }) => stationId);
    const beside = groupBy(await this.beside(tx, several), ({ stationId }) => stationId);
    return sessions.map((session) => {
      const { stationId, sessionId } = session;
      const station = stations.get(stationId);
      if (!station || !isPlaceOpen(session)) return { session, isPlaceUnknown: false };
      const others = (beside.get(stationId) ?? []).filter((other) => other.sessionId !== sessionId);
      return placedByEvidence(session, {
        station,
        connectors: connectors.get(stationId) ?? [],
        others: others.filter((other) => ranBeside(session, other)),
      });
    });
  }

  private async stationsOf(tx: Transaction, sessions: readonly Whole[]) {
    if (sessions.length === 0) return new Map<string, never>();
    const stations = await this.reference.stations(
      tx,
      sessions.map(({ stationId }) => stationId),
    );
    return new Map(stations.map((station) => [station.stationId, station]));
  }

  /** All that may have run at their stations since the first of them began. */
  private async beside(tx: Transaction, sessions: readonly Whole[]): Promise<Beside[]> {
    const [first] = sessions.toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
    if (!first) return [];
    return tx.prepared<Beside>(
      `SELECT session_id AS "sessionId", station_id AS "stationId", evse_id AS "evseId",
         evse_at AS "evseAt", started_at AS "startedAt", ended_at AS "endedAt"
       FROM sessions WHERE station_id = ANY ($1) AND started_at IS NOT NULL AND (ended_at IS NULL OR ended_at > $2)`,
      [[...new Set(sessions.map(({ stationId }) => stationId))], first.startedAt],
    );
  }
}
