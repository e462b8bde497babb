import { Injectable } from '@nestjs/common';
import type { ApiKeyEvent, OperatorEvent } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';

/** The service's own copies of operators and API keys; only higher versions are applied. */
@Injectable()
export class ProjectionsStore {
  async saveOperators(tx: Transaction, states: readonly OperatorEvent['data'][]): Promise<void> {
    const { columns, from, parameters } = unnest(states, {
      operatorId: 'uuid',
      version: 'integer',
      name: 'text',
      countryCode: 'text',
      partyId: 'text',
      currency: 'text',
      authorizationDefault: 'text',
      believedEnergyWh: 'integer',
      believedPowerFactor: 'double precision',
      freeStarts: 'boolean',
      deleted: 'boolean',
    });
    await tx.query(
      `INSERT INTO known_operators AS known (${columns})
       SELECT DISTINCT ON (operator_id) ${columns} FROM ${from} ORDER BY operator_id, version DESC
       ON CONFLICT (operator_id) DO UPDATE SET version = excluded.version, name = excluded.name,
         country_code = excluded.country_code, party_id = excluded.party_id, currency = excluded.currency,
         authorization_default = excluded.authorization_default, believed_energy_wh = excluded.believed_energy_wh,
         believed_power_factor = excluded.believed_power_factor, free_starts = excluded.free_starts,
         deleted = excluded.deleted
       WHERE known.version < excluded.version`,
      parameters,
    );
  }

  async saveApiKeys(tx: Transaction, states: readonly ApiKeyEvent['data'][]): Promise<void> {
    const { columns, from, parameters } = unnest(states, {
      apiKeyId: 'uuid',
      operatorId: 'uuid',
      version: 'integer',
      hash: 'text',
      role: 'text',
      expiresAt: 'timestamptz',
      deleted: 'boolean',
    });
    await tx.query(
      `INSERT INTO known_api_keys AS known (${columns})
       SELECT DISTINCT ON (api_key_id) ${columns} FROM ${from} ORDER BY api_key_id, version DESC
       ON CONFLICT (api_key_id) DO UPDATE SET version = excluded.version, hash = excluded.hash, role = excluded.role,
         expires_at = excluded.expires_at, deleted = excluded.deleted
       WHERE known.version < excluded.version`,
      parameters,
    );
  }
}
