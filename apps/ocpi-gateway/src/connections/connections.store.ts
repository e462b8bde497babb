import { Inject, Injectable } from '@nestjs/common';
import type { ModuleId, PartyRole, TokenForm, VersionNumber } from '@chargemesh/ocpi';
import type { Transaction } from '@chargemesh/persistence';
import { PLATFORM, type Platform } from '@chargemesh/service';
import type { Access, Connection, Endpoint } from './connection.js';

interface Row {
  readonly version: VersionNumber;
  readonly versionsUrl: string;
  readonly roles: PartyRole[];
  readonly hubPartyId: string | null;
  readonly endpoints: Endpoint[];
  readonly connectedAt: Date;
}

type Key = Pick<Connection, 'operatorId' | 'partnerId'>;

/** SQL of whether one of these endpoints takes what a module says, as `endpointOf` finds it. */
export function receives(endpoints: string, module: string): string {
  return `EXISTS (SELECT FROM jsonb_array_elements(${endpoints}) AS e
    WHERE e ->> 'identifier' = ${module} AND upper(COALESCE(e ->> 'role', 'RECEIVER')) = 'RECEIVER')`;
}

@Injectable()
export class ConnectionsStore {
  constructor(@Inject(PLATFORM) private readonly platform: Pick<Platform, 'secretBox'>) {}

  async has(tx: Transaction, key: Key): Promise<boolean> {
    return (await this.find(tx, key)) !== undefined;
  }

  async find(tx: Transaction, key: Key): Promise<Connection | undefined> {
    const { operatorId, partnerId } = key;
    const [row] = await tx.query<Row>(
      `SELECT version, versions_url AS "versionsUrl", roles, hub_party_id AS "hubPartyId", endpoints,
         connected_at AS "connectedAt"
       FROM connections WHERE operator_id = $1 AND partner_id = $2`,
      [operatorId, partnerId],
    );
    return row && { operatorId, partnerId, ...row, hubPartyId: row.hubPartyId ?? undefined };
  }

  /** The partners of these operators that take what a module says. */
  receivers(tx: Transaction, operatorIds: readonly string[], module: ModuleId): Promise<Key[]> {
    return tx.prepared<Key>(
      `SELECT operator_id AS "operatorId", partner_id AS "partnerId" FROM connections
       WHERE operator_id = ANY ($1) AND ${receives('endpoints', '$2')}`,
      [[...new Set(operatorIds)], module],
    );
  }

  /** Undefined, where it was sealed by a key that is gone. */
  async access(tx: Transaction, key: Key): Promise<Access | undefined> {
    const [row] = await tx.query<{ token: Buffer; tokenForm: TokenForm }>(
      `SELECT token, token_form AS "tokenForm" FROM connections WHERE operator_id = $1 AND partner_id = $2`,
      [key.operatorId, key.partnerId],
    );
    if (!row) return undefined;
    const token = this.platform.secretBox.open(row.token, sealedFor(key));
    return token === undefined ? undefined : { token, tokenForm: row.tokenForm };
  }

  async save(tx: Transaction, { operatorId, partnerId, ...of }: Connection, access: Access): Promise<void> {
    const token = this.platform.secretBox.seal(access.token, sealedFor({ operatorId, partnerId }));
    await tx.query(
      `INSERT INTO connections (operator_id, partner_id, version, versions_url, token, token_form, roles, hub_party_id,
         endpoints, connected_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       ON CONFLICT (operator_id, partner_id) DO UPDATE SET version = excluded.version,
         versions_url = excluded.versions_url, token = excluded.token, token_form = excluded.token_form,
         roles = excluded.roles, hub_party_id = excluded.hub_party_id, endpoints = excluded.endpoints,
         connected_at = excluded.connected_at`,
      [
        ...[operatorId, partnerId, of.version, of.versionsUrl, token, access.tokenForm, JSON.stringify(of.roles)],
        ...[of.hubPartyId ?? null, JSON.stringify(of.endpoints), of.connectedAt],
      ],
    );
    // It stays when the connection ends.
    await tx.query('UPDATE partners SET connected_at = $3 WHERE operator_id = $1 AND partner_id = $2', [
      ...[operatorId, partnerId, of.connectedAt],
    ]);
  }

  async remove(tx: Transaction, { operatorId, partnerId }: Key): Promise<void> {
    await tx.query('DELETE FROM connections WHERE operator_id = $1 AND partner_id = $2', [operatorId, partnerId]);
  }
}

function sealedFor({ operatorId, partnerId }: Key): string {
  return `ocpi-connection ${operatorId} ${partnerId}`;
}
