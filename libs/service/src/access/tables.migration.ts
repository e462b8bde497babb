import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** Every service knows the operators and the hashes of the API keys itself, and keeps its own audit trail. */
export class AccessTables1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Looked up before the caller's operator is known, hence without row security.
      CREATE TABLE known_operators (
        operator_id uuid PRIMARY KEY,
        version integer NOT NULL,
        name text NOT NULL,
        country_code text NOT NULL,
        party_id text NOT NULL,
        currency text NOT NULL,
        authorization_default text NOT NULL,
        deleted boolean NOT NULL
      );
      CREATE TABLE known_api_keys (
        api_key_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        version integer NOT NULL,
        hash text NOT NULL,
        role text NOT NULL,
        expires_at timestamptz,
        deleted boolean NOT NULL
      );
      CREATE UNIQUE INDEX known_api_keys_by_hash ON known_api_keys (hash);

      CREATE TABLE audit_trail (
        id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        at timestamptz NOT NULL,
        subject text NOT NULL,
        action text NOT NULL,
        resource text NOT NULL,
        resource_id text NOT NULL,
        change jsonb NOT NULL
      );
      CREATE INDEX audit_trail_by_resource ON audit_trail (operator_id, resource, resource_id, at);
      ${rowSecurity('audit_trail')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_trail, known_api_keys, known_operators');
  }
}
