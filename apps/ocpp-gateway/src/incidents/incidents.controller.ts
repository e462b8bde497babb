import { Instant, StationId, oneOf, text } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import {
  type Caller,
  CallerOf,
  Endpoint,
  type Page,
  PageQuery,
  checked,
  page,
  pageOf,
  positionOf,
} from '@chargemesh/service';
import { Controller, Get, Query } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { INCIDENT_KINDS, type IncidentKind, isAlarm } from './incidents.decide.js';
import { IncidentsStore, type Noted } from './incidents.store.js';

const Kind = oneOf(...INCIDENT_KINDS);
const ListQuery = Type.Object({
  ...PageQuery,
  stationId: Type.Optional(StationId),
  kind: Type.Optional(Kind),
});
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

/** What is odd about the connections of stations. */
@Controller('api/ocpp-gateway/v1/station-incidents')
export class IncidentsController {
  constructor(
    private readonly database: Database,
    private readonly store: IncidentsStore,
  ) {}

  @Get()
  @Endpoint({
    summary: 'Wrong passwords, takeovers and messages that are too large, of stations by the hour, newest first',
    query: ListQuery,
    answer: pageOf(IncidentView),
  })
  list(
    @CallerOf() caller: Caller,
    @Query(checked(ListQuery)) { limit = 100, cursor, ...filter }: Static<typeof ListQuery>,
  ): Promise<Page<IncidentView>> {
    const [hour, stationId, kind] = positionOf(cursor) ?? [];
    const after = hour && stationId && kind ? { hour, stationId, kind: kind as IncidentKind } : undefined;
    return this.database.transaction([caller.operatorId], async (tx) => {
      const rows = await this.store.list(tx, filter, after, limit + 1);
      return page(rows, limit, (row) => [row.hour.toISOString(), row.stationId, row.kind], viewOf);
    });
  }
}

function viewOf({ stationId, kind, hour, count, addresses, firstAt, lastAt }: Noted): IncidentView {
  const times = { hour: hour.toISOString(), firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() };
  return { stationId, kind, count, addresses, ...times, alarm: isAlarm(kind, count) };
}
