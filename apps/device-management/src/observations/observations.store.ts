import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { Station } from '../stations/station.entity.js';
import { Variable } from './variable.entity.js';

const OBSERVED = {
  stationId: 'text',
  version: 'integer',
  connected: 'boolean',
  epoch: 'integer',
  ocppVersion: 'text',
  vendor: 'text',
  model: 'text',
  serialNumber: 'text',
  firmwareVersion: 'text',
  status: 'text',
  statusAt: 'timestamptz',
  evses: 'jsonb',
};

const REPORTED = {
  operatorId: 'uuid',
  stationId: 'text',
  component: 'text',
  instance: 'text',
  evseId: 'integer',
  variable: 'text',
  variableInstance: 'text',
  value: 'text',
  mutability: 'text',
  reportedAt: 'timestamptz',
};

@Injectable()
export class ObservationsStore {
  /**
   * Writes what was observed of stations, where the version is the next one.
   * @returns how many were
   */
  async save(tx: Transaction, stations: readonly Station[]): Promise<number> {
    const { from, parameters } = unnest(stations, OBSERVED);
    const rows = await tx.prepared(
      `UPDATE stations s SET version = rows.version, connected = rows.connected, epoch = rows.epoch,
         ocpp_version = rows.ocpp_version, vendor = rows.vendor, model = rows.model,
         serial_number = rows.serial_number, firmware_version = rows.firmware_version,
         status = rows.status, status_at = rows.status_at, evses = rows.evses
       FROM ${from} WHERE s.station_id = rows.station_id AND s.version = rows.version - 1 RETURNING s.station_id`,
      parameters,
    );
    return rows.length;
  }

  /** Not every report says the mutability: what was said of it before stays. */
  async saveVariables(tx: Transaction, variables: readonly Omit<Variable, 'id'>[]): Promise<void> {
    const { columns, from, parameters } = unnest(variables, REPORTED);
    await tx.query(
      `INSERT INTO station_variables AS known (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (station_id, component, instance, evse_id, variable, variable_instance)
       DO UPDATE SET value = excluded.value, reported_at = excluded.reported_at,
         mutability = coalesce(excluded.mutability, known.mutability)
       WHERE excluded.reported_at >= known.reported_at`,
      parameters,
    );
  }
}
