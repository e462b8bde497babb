import { Injectable } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { type Caller, type Page, page, positionOf, problem } from '@chargemesh/service';
import type { Static } from 'typebox';
import { MeterValuesStore } from '../meter/meter-values.store.js';
import type { Sample } from '../meter/sample.js';
import type { SessionRow } from '../transactions/session.entity.js';
import { SessionsStore } from '../transactions/sessions.store.js';
import type { MeterValueView, MeterValuesQuery, SessionView, SessionsQuery } from './sessions.schema.js';

/** Sessions as people and programs look at them. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly database: Database,
    private readonly store: SessionsStore,
    private readonly meterValues: MeterValuesStore,
  ) {}

  list(
    caller: Caller,
    { limit = 100, cursor, order = 'oldest', ...filter }: Static<typeof SessionsQuery>,
  ): Promise<Page<Static<typeof SessionView>>> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const rows = await this.store.list(tx, filter, { order, after: positionOf(cursor)?.[0], take: limit + 1 });
      return page(rows, limit, ({ sessionId }) => [sessionId], viewOf);
    });
  }

  async get(caller: Caller, sessionId: string): Promise<Static<typeof SessionView>> {
    const session = await this.database.transaction([caller.operatorId], (tx) => this.store.find(tx, sessionId));
    if (!session) throw problem('not-found', { sessionId });
    return viewOf(session);
  }

  /** What was measured in a session, in the order of the station's times. */
  listMeterValues(
    caller: Caller,
    sessionId: string,
    { limit = 100, cursor }: Static<typeof MeterValuesQuery>,
  ): Promise<Page<Static<typeof MeterValueView>>> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const session = await this.store.find(tx, sessionId);
      if (!session) throw problem('not-found', { sessionId });
      const rows = await this.meterValues.page(tx, session, positionOf(cursor)?.[0], limit + 1);
      return page(rows, limit, ({ at }) => [at.toISOString()], meterValueOf);
    });
  }
}

function viewOf(session: SessionRow): Static<typeof SessionView> {
  const { sessionId: id, stationId, transactionId, status, energyWh, flags, lateFacts } = session;
  return {
    id,
    stationId,
    transactionId,
    status,
    ...present({
      evseId: session.evseId,
      connectorId: session.connectorId,
      tokenUid: session.token?.uid,
      token: session.token,
      location: session.location,
      connector: session.connector,
      startedAt: session.startedAt?.toISOString(),
      endedAt: session.endedAt?.toISOString(),
      stopReason: session.stopReason,
      finalizedAt: session.finalizedAt?.toISOString(),
      signedVerdict: session.signedVerdict,
      correctedAt: session.correctedAt?.toISOString(),
    }),
    energyWh,
    flags,
    lateFacts,
  };
}

function meterValueOf({ sessionId: _session, operatorId: _operator, edge: _edge, at, ...measured }: Sample) {
  return { at: at.toISOString(), ...present(measured) };
}

/** Without the members that are null or undefined. */
function present<T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const given = Object.entries(members).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]?: NonNullable<T[K]> };
}
