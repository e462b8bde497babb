import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables of outbound calls in a service's schema. */
export class OutboundTables1900400190101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbound_destinations (
        operator_id uuid NOT NULL,
        destination text NOT NULL,
        -- In a row; a success begins anew.
        failures integer NOT NULL DEFAULT 0,
        -- Until then it is left alone: its breaker is open, or it asked for it.
        not_before timestamptz NOT NULL DEFAULT '-infinity',
        -- When calls of it were last taken: who waits longest is next.
        turn_at timestamptz NOT NULL DEFAULT '-infinity',
        PRIMARY KEY (operator_id, destination)
      ) WITH (fillfactor = 50);

      -- One row for each order of calls that has some waiting: what is waiting can be long, what is looked at is this.
      CREATE TABLE outbound_lanes (
        operator_id uuid NOT NULL,
        destination text NOT NULL,
        order_key text NOT NULL,
        -- When its first call is due; of a lane that is leased, when the lease ends.
        next_at timestamptz NOT NULL,
        lease uuid,
        PRIMARY KEY (operator_id, destination, order_key)
      ) WITH (fillfactor = 70);
      CREATE INDEX outbound_lanes_due ON outbound_lanes (operator_id, destination, next_at);
      CREATE INDEX outbound_lanes_leased ON outbound_lanes (operator_id, destination) WHERE lease IS NOT NULL;

      CREATE TABLE outbound_calls (
        call_id uuid PRIMARY KEY,
        -- Given out under the lock of the lane: the order of its calls.
        position bigint GENERATED ALWAYS AS IDENTITY,
        operator_id uuid NOT NULL,
        destination text NOT NULL,
        order_key text NOT NULL,
        kind text NOT NULL,
        body jsonb NOT NULL,
        coalesce_key text,
        traceparent text,
        replay_of uuid,
        state text NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        settled_at timestamptz,
        settled_by text
      );
      CREATE INDEX outbound_calls_waiting ON outbound_calls (operator_id, destination, order_key, position)
        WHERE state = 'waiting';
      CREATE INDEX outbound_calls_listed ON outbound_calls (operator_id, call_id);
      CREATE INDEX outbound_calls_settled ON outbound_calls (settled_at) WHERE settled_at IS NOT NULL;

      CREATE TABLE outbound_attempts (
        call_id uuid NOT NULL REFERENCES outbound_calls ON DELETE CASCADE,
        attempt integer NOT NULL,
        operator_id uuid NOT NULL,
        at timestamptz NOT NULL,
        duration_ms integer NOT NULL,
        result text NOT NULL,
        status integer,
        answer text,
        error text,
        PRIMARY KEY (call_id, attempt, at)
      );
      ${['outbound_destinations', 'outbound_lanes', 'outbound_calls', 'outbound_attempts'].map(rowSecurity).join('')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE outbound_attempts, outbound_calls, outbound_lanes, outbound_destinations');
  }
}
