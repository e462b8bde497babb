import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { SessionPin } from './session-pin.entity.js';

@Injectable()
export class PinsStore {
  async add(tx: Transaction, pins: readonly SessionPin[]): Promise<void> {
    if (pins.length === 0) return;
    const { columns, from, parameters } = unnest(pins, {
      sessionId: 'uuid',
      operatorId: 'uuid',
      assignmentId: 'uuid',
      tariffId: 'uuid',
      tariffVersion: 'integer',
      vatPercent: 'text',
      vatTreatment: 'text',
      askedFor: 'text',
      startedAt: 'timestamptz',
    });
    await tx.prepared(
      `INSERT INTO pins (${columns}) SELECT ${columns} FROM ${from} ON CONFLICT DO NOTHING`,
      parameters,
    );
  }

  /** Pins sessions anew of which it turned out that they are somebody else's, somewhere else, or began at another time. */
  async change(tx: Transaction, pins: readonly SessionPin[]): Promise<void> {
    if (pins.length === 0) return;
    const { from, parameters } = unnest(pins, {
      sessionId: 'uuid',
      assignmentId: 'uuid',
      tariffId: 'uuid',
      tariffVersion: 'integer',
      vatPercent: 'text',
      vatTreatment: 'text',
      askedFor: 'text',
      startedAt: 'timestamptz',
    });
    await tx.prepared(
      `UPDATE pins SET assignment_id = rows.assignment_id, tariff_id = rows.tariff_id, tariff_version = rows.tariff_version,
         vat_percent = rows.vat_percent, vat_treatment = rows.vat_treatment, asked_for = rows.asked_for,
         started_at = rows.started_at
       FROM ${from} WHERE pins.session_id = rows.session_id`,
      parameters,
    );
  }

  async of(tx: Transaction, sessionIds: readonly string[]): Promise<Map<string, SessionPin>> {
    const rows = await tx.prepared<SessionPin>(
      `SELECT session_id AS "sessionId", operator_id AS "operatorId", assignment_id AS "assignmentId",
         tariff_id AS "tariffId", tariff_version AS "tariffVersion", vat_percent AS "vatPercent", vat_treatment AS "vatTreatment",
         asked_for AS "askedFor", started_at AS "startedAt", final_version AS "finalVersion"
       FROM pins WHERE session_id = ANY ($1)`,
      [sessionIds],
    );
    return new Map(rows.map((pin) => [pin.sessionId, pin]));
  }

  /** Notes up to which version of a final session its CDRs go. */
  async setFinalVersions(tx: Transaction, sessions: readonly { sessionId: string; version: number }[]): Promise<void> {
    const { from, parameters } = unnest(sessions, { sessionId: 'uuid', version: 'integer' });
    await tx.prepared(
      `UPDATE pins SET final_version = rows.version FROM ${from} WHERE pins.session_id = rows.session_id`,
      parameters,
    );
  }
}
