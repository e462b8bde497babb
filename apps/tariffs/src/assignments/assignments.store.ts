import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { MoreThan } from 'typeorm';
import { Assignment } from './assignment.entity.js';

const COLUMNS = {
  assignmentId: 'uuid',
  operatorId: 'uuid',
  version: 'integer',
  tariffId: 'uuid',
  scope: 'text',
  locationId: 'uuid',
  stationId: 'text',
  evseId: 'integer',
  validFrom: 'timestamptz',
  validTo: 'timestamptz',
} as const;

/** Where and when a price is asked for. */
export interface Place {
  readonly id: string;
  readonly operatorId: string;
  readonly stationId: string | null;
  readonly evseId: number | null;
  readonly locationId: string | null;
  readonly at: Date;
}

/** An assignment that applies at a place, with the tariff's version of that time. */
export type Applying = Pick<Assignment, 'assignmentId' | 'tariffId' | 'scope'> & {
  readonly id: string;
  readonly tariffVersion: number;
};

@Injectable()
export class AssignmentsStore {
  find(tx: Transaction, assignmentId: string): Promise<Assignment | null> {
    return tx.manager.findOne(Assignment, { where: { assignmentId } });
  }

  /** Those of the same scope, of the operator in scope. */
  ofScope(tx: Transaction, scope: Assignment['scope']): Promise<Assignment[]> {
    return tx.manager.find(Assignment, { where: { scope } });
  }

  /** @returns whether the id was free; it may be taken by an operator whose rows are not seen here */
  async add(tx: Transaction, assignment: Assignment): Promise<boolean> {
    const { columns, from, parameters } = unnest([assignment], COLUMNS);
    const added = await tx.query(
      `INSERT INTO tariff_assignments (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT DO NOTHING RETURNING assignment_id`,
      parameters,
    );
    return added.length > 0;
  }

  async change(tx: Transaction, assignment: Assignment): Promise<void> {
    await tx.manager.update(Assignment, { assignmentId: assignment.assignmentId }, assignment);
  }

  list(tx: Transaction, after: string | undefined, take: number): Promise<Assignment[]> {
    const where = after === undefined ? {} : { assignmentId: MoreThan(after) };
    return tx.manager.find(Assignment, { where, order: { assignmentId: 'ASC' }, take });
  }

  /** All assignments that apply at these places and times. */
  applying(tx: Transaction, places: readonly Place[]): Promise<Applying[]> {
    const { from, parameters } = unnest(places, {
      id: 'text',
      operatorId: 'uuid',
      stationId: 'text',
      evseId: 'integer',
      locationId: 'uuid',
      at: 'timestamptz',
    });
    return tx.query<Applying>(
      `SELECT rows.id, a.assignment_id AS "assignmentId", a.tariff_id AS "tariffId", a.scope, v.tariff_version AS "tariffVersion"
       FROM ${from}
       JOIN tariff_assignments a ON a.operator_id = rows.operator_id
         AND a.valid_from <= rows.at AND (a.valid_to IS NULL OR a.valid_to > rows.at)
         AND (a.scope = 'operator'
           OR (a.scope = 'location' AND a.location_id = rows.location_id)
           OR (a.scope = 'evse' AND a.station_id = rows.station_id AND a.evse_id = rows.evse_id))
       JOIN LATERAL (SELECT tariff_version FROM tariffs t
         WHERE t.tariff_id = a.tariff_id AND t.valid_from <= rows.at ORDER BY tariff_version DESC LIMIT 1) v ON true`,
      parameters,
    );
  }
}
