import { embeddedLog } from '@chargemesh/messaging';
import { startRequests } from '@chargemesh/contracts';
import type { Connection } from '@chargemesh/persistence';
import type { Effect } from '../payment.machine.js';

/** A moment at which a process ends: before a statement of it is done, in which the database then has it stand. */
export type Cut =
  | 'before it is durable'
  | 'before it is sent'
  | 'when it was sent'
  | 'before the provider does it'
  | 'when the provider did it'
  | 'when it is known that the provider did it';

const BY_PROVIDER = [
  'before it is durable',
  'before the provider does it',
  'when the provider did it',
  'when it is known that the provider did it',
] as const;
const BY_LOG = ['before it is durable', 'before it is sent', 'when it was sent'] as const;

/** Before and after each effect; a new effect has none until it is written here, and does not compile. */
export const CUTS: Readonly<Record<Effect, readonly Cut[]>> = {
  start: BY_LOG,
  stop: BY_LOG,
  capture: BY_PROVIDER,
  release: BY_PROVIDER,
  refund: BY_PROVIDER,
  settle: ['before it is durable', 'when it is known that the provider did it'],
};

/** What is written in the timeline when it is known that the provider did it. */
const KNOWN: Readonly<Partial<Record<Effect, string>>> = { capture: 'captured', release: 'gone', refund: 'refunded' };

/** One lock that nobody gets who has come to a cut. */
const LOCK = 4_711;

/**
 * Lets statements stand at given moments, by triggers, so that a process is killed exactly there. A sequence counts those that
 * have come to theirs: it does not go back with the transaction.
 */
export class CutDatabase {
  private constructor(private readonly admin: Connection) {}

  static async prepare(admin: Connection): Promise<CutDatabase> {
    await admin.query(TRIGGERS);
    await admin.query('SELECT pg_advisory_lock($1)', [LOCK]);
    return new CutDatabase(admin);
  }

  async arm(place: number, paymentId: string, effect: Effect, cut: Cut): Promise<void> {
    await this.admin.query(`CREATE SEQUENCE IF NOT EXISTS cut.hits_${place} MINVALUE 0 START 0`);
    await this.admin.query(`SELECT setval('cut.hits_${place}', 0, false)`);
    await this.admin.query(
      'INSERT INTO cut.armed (place, payment_id, cut, effect, known) VALUES ($1, $2, $3, $4, $5)',
      [place, paymentId, cut, effect, KNOWN[effect] ?? null],
    );
  }

  /** Who of the armed has come to the cut. */
  async hits(): Promise<Set<number>> {
    const { rows: armed } = await this.admin.query<{ place: number }>('SELECT place FROM cut.armed');
    const hits = new Set<number>();
    for (const { place } of armed) {
      const { rows } = await this.admin.query<{ called: boolean }>(`SELECT is_called AS called FROM cut.hits_${place}`);
      if (rows[0]?.called) hits.add(place);
    }
    return hits;
  }

  /** After the process is dead: nothing of what it left open is done, and all may go on. */
  async disarm(): Promise<void> {
    for (;;) {
      const { rows } = await this.admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND usename LIKE 'chargemesh%'`,
      );
      if (rows.length === 0) break;
    }
    await this.admin.query('DELETE FROM cut.armed');
    // The next process has their calls at once, and not when the leases of the dead one are over.
    await this.admin.query('UPDATE payments.outbound_lanes SET lease = NULL, next_at = now()');
  }

  /** Whether the provider does what it is asked for a payment. */
  async provider(paymentId: string, is: 'up' | 'down'): Promise<void> {
    if (is === 'down') await this.admin.query('INSERT INTO cut.down VALUES ($1) ON CONFLICT DO NOTHING', [paymentId]);
    else await this.admin.query('DELETE FROM cut.down WHERE payment_id = $1', [paymentId]);
  }

  /** Calls that failed are due now. */
  async again(): Promise<void> {
    await this.admin.query('UPDATE payments.outbound_destinations SET not_before = now(), failures = 0');
    await this.admin.query('UPDATE payments.outbound_lanes SET next_at = now() WHERE lease IS NULL');
  }

  /** How often the service has had money taken, and how much given back, of one payment. */
  async charges(paymentId: string): Promise<{ captures: number; refunded: number }> {
    const { rows } = await this.admin.query<{ captures: number; refunded: number }>(
      `SELECT count(captured)::int AS captures, coalesce(sum(refunded), 0)::int AS refunded FROM cut.charges WHERE payment_id = $1`,
      [paymentId],
    );
    return rows[0] ?? { captures: 0, refunded: 0 };
  }
}

const ofStatement = (name: string, on: string, table: 'NEW' | 'OLD'): string => `
  CREATE TRIGGER ${name} AFTER ${table === 'NEW' ? 'INSERT' : 'DELETE'} ON ${on}
    REFERENCING ${table} TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION cut.${name}();`;
const ofRow = (name: string, when: string, on: string): string => `
  CREATE TRIGGER ${name} ${when} ON ${on} FOR EACH ROW EXECUTE FUNCTION cut.${name}();`;

/** A function of a trigger, as an administrator's, whose condition says which of the armed have come to their cut. */
const standing = (name: string, isThere: string, from = ''): string => `
  CREATE FUNCTION cut.${name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  DECLARE hit record; BEGIN
    FOR hit IN SELECT DISTINCT armed.place FROM cut.armed ${from} WHERE ${isThere} LOOP
      PERFORM nextval('cut.hits_' || hit.place);
    END LOOP;
    IF FOUND THEN PERFORM pg_advisory_xact_lock(${LOCK}); END IF;
    RETURN coalesce(NEW, OLD);
  END $$;`;

/** Starts and stops are named by the start that was asked for last. */
const ABOUT = `rows.topic = '${startRequests.name}' AND (rows.value LIKE '%"stopId"%') = (armed.effect = 'stop')
  AND EXISTS (SELECT FROM payments.payments AS p
    WHERE p.payment_id = armed.payment_id AND rows.value LIKE '%' || p.start_request_id || '%')`;

const TRIGGERS = `
  CREATE SCHEMA cut;
  CREATE TABLE cut.armed (place integer PRIMARY KEY, payment_id uuid NOT NULL, cut text NOT NULL, effect text NOT NULL, known text);
  CREATE TABLE cut.down (payment_id uuid PRIMARY KEY);
  CREATE TABLE cut.charges (payment_id uuid NOT NULL, captured bigint, refunded bigint);
  ${standing(
    'timeline',
    `(armed.cut = 'before it is durable' AND rows.details -> 'effects' ? armed.effect)
      OR (armed.cut = 'when the provider did it' AND rows.event = armed.known)`,
    'JOIN rows ON rows.payment_id = armed.payment_id',
  )}
  ${ofStatement('timeline', 'payments.payment_timeline', 'NEW')}
  ${standing('log', `armed.cut = 'before it is sent'`, `JOIN rows ON ${ABOUT}`)}
  ${ofStatement('log', `${embeddedLog.schema}.log_records`, 'NEW')}
  ${standing('outbox', `armed.cut = 'when it was sent'`, `JOIN rows ON ${ABOUT}`)}
  ${ofStatement('outbox', 'payments.outbox', 'OLD')}
  ${standing(
    'provider',
    `armed.payment_id = NEW.payment_id AND armed.cut = 'before the provider does it' AND CASE armed.effect
      WHEN 'capture' THEN NEW.captured IS DISTINCT FROM OLD.captured
      WHEN 'release' THEN NEW.released_at IS DISTINCT FROM OLD.released_at ELSE NEW.refunded <> OLD.refunded END`,
  )}
  ${ofRow('provider', 'BEFORE UPDATE', 'payments.sandbox_checkouts')}
  ${standing(
    'calls',
    `armed.cut = 'when it is known that the provider did it' AND NEW.state = 'delivered'
      AND (NEW.kind = 'payment-' || armed.effect OR armed.effect = 'settle') AND NEW.body ->> 'paymentId' = armed.payment_id::text`,
  )}
  ${ofRow('calls', 'BEFORE UPDATE', 'payments.outbound_calls')}
  CREATE FUNCTION cut.done() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    IF session_user NOT LIKE 'chargemesh%' THEN RETURN NEW; END IF;
    IF EXISTS (SELECT FROM cut.down WHERE payment_id = NEW.payment_id) AND (NEW.captured, NEW.refunded, NEW.released_at)
      IS DISTINCT FROM (OLD.captured, OLD.refunded, OLD.released_at) THEN RAISE 'the provider is down'; END IF;
    IF NEW.captured IS DISTINCT FROM OLD.captured THEN
      INSERT INTO cut.charges (payment_id, captured) VALUES (NEW.payment_id, NEW.captured); END IF;
    IF NEW.refunded <> OLD.refunded THEN
      INSERT INTO cut.charges (payment_id, refunded) VALUES (NEW.payment_id, NEW.refunded - OLD.refunded); END IF;
    RETURN NEW;
  END $$;
  ${ofRow('done', 'AFTER UPDATE', 'payments.sandbox_checkouts')}
`;
