import { Instant, StationId, oneOf, text } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import {
  ApiController,
  type Caller,
  CallerOf,
  Endpoint,
  type Page,
  type QueryOf,
  checked,
  nameSchemas,
} from '@chargemesh/service';
import { Get, Query } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { INCIDENT_KINDS, isAlarm } from './incidents.decide.js';
import { incidentsList } from './incidents.list.js';
import type { Noted } from './incidents.store.js';

const Kind = oneOf(...INCIDENT_KINDS);
const IncidentView = Type.Object({
  stationId: StationId,
  /**
   * `taken-over`: a newer connection of the same identity ended one that was open; `message-too-large`: one was ended by
   * a message above MAX_MESSAGE_BYTES; `no-common-version`: a station named no version that is spoken here, and was turned
   * away; `other-version`: a message of another version than that of the connection, which was refused.
   */
  kind: Kind,
  /** The beginning of the hour that it is counted for. */
  hour: Instant,
  count: Type.Integer({ minimum: 1 }),
  /** Where it came from, at most twenty; for takeovers those whose connections were ended. */
  addresses: Type.Array(text(45)),
  firstAt: Instant,
  lastAt: Instant,
  /** So many in an hour that somebody should look: a guessed password, two devices with one identity. */
  alarm: Type.Boolean(),
});
type IncidentView = Static<typeof IncidentView>;
nameSchemas({ StationIncident: IncidentView });

/** Irregularities of stations' connections. */
@ApiController('ocpp-gateway', 'station-incidents')
export class IncidentsController {
  constructor(private readonly database: Database) {}

  @Get()
  @Endpoint({
    summary: 'Wrong passwords, takeovers and messages that are too large, of stations by the hour, newest first',
    list: incidentsList,
    answer: IncidentView,
  })
  list(
    @CallerOf() { operatorId }: Caller,
    @Query(checked(incidentsList.query)) query: QueryOf<typeof incidentsList>,
  ): Promise<Page<IncidentView>> {
    return this.database.transaction([operatorId], (tx) => incidentsList.page(tx, operatorId, query, viewOf));
  }
}

function viewOf({ stationId, kind, hour, count, addresses, firstAt, lastAt }: Noted): IncidentView {
  const times = { hour: hour.toISOString(), firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() };
  return { stationId, kind, count, addresses, ...times, alarm: isAlarm(kind, count) };
}
