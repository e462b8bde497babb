import { type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { sessionsService } from '../index.js';
import { knownLocations, knownStations } from '../projections/projections.js';
import { OPERATOR_ID } from './facts.js';
import { locationState, stationState } from './states.js';

/** A database of sessions that knows an operator, a location of it, and stations there. */
export async function openSessionsDatabase(...stationIds: string[]): Promise<TestDatabase> {
  const test = await openTestDatabase(sessionsService);
  await test.database.transaction([OPERATOR_ID], async (tx) => {
    await tx.query(
      `INSERT INTO known_operators (operator_id, version, name, country_code, party_id, currency, authorization_default, deleted)
       VALUES ($1, 1, 'Operator', 'DE', 'ABC', 'EUR', 'Invalid', false)`,
      [OPERATOR_ID],
    );
    await knownLocations.save(tx, [locationState().data]);
    await knownStations.save(
      tx,
      stationIds.map((stationId) => stationState(stationId).data),
    );
  });
  return test;
}
