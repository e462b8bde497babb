import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@chargemesh/testing';
import { step } from './payment.machine.js';
import { CUTS, type Cut } from './testing/cuts.js';
import { EVENTS, factsIn } from './testing/facts.js';
import { type InputName, unheardOf } from './testing/inputs.js';
import { KilledPayment, isAtRest } from './testing/killed-payment.js';
import { KilledPayments } from './testing/killed-payments.js';
import { type Walk, shortestWalks, timeOf, whatIsDone } from './testing/walk.js';

/**
 * Only a call that was asked for before, and made after, the state came about finds these: the provider still holds what is being
 * captured or given back. `payment.property.spec.ts` has them by chance.
 */
const FROM_WITHIN = ['capturing capture', 'releasing release'];
/** What is not in the log is asked for by somebody once more, who got no answer. */
const ASKED_AGAIN: ReadonlySet<InputName> = new Set<InputName>([
  ...(['tried again', 'refund asked', 'capture asked', 'release asked', 'written off', 'driver stops'] as const),
]);
const LASTS_MS = 3_600_000;
/** So long nobody else comes to a cut: then the process is killed. */
const QUIET_MS = 1_500;
/** More rounds than there are cuts of one payment: some wait for the others in front of them. */
const ROUNDS = 40;

interface Story {
  readonly walk: Walk;
  readonly payment: KilledPayment;
  readonly left: Cut[];
}

const nameOf = ({ state, effect }: Pick<Walk, 'state' | 'effect'>) => `${state} ${effect}`;

describe('payments that are killed wherever a payment may be, before and after all that it does', () => {
  let payments: KilledPayments;
  const walks = shortestWalks();

  beforeAll(async () => {
    payments = await KilledPayments.open();
    await payments.start();
  }, LASTS_MS);
  afterAll(() => payments?.stop());

  it('knows a way to all that the machine does', () => {
    const known = new Set([...walks.map(nameOf), ...FROM_WITHIN]);
    expect(
      whatIsDone()
        .map(nameOf)
        .filter((name) => !known.has(name)),
    ).toEqual([]);
    expect(unheardOf(EVENTS.map(({ type }) => type))).toEqual([]);
  });

  it(
    'charges nobody twice and forgets no hold',
    async () => {
      const stories: Story[] = [];
      for (const [place, walk] of walks.entries())
        stories.push({ walk, payment: await KilledPayment.open(payments, place), left: [...CUTS[walk.effect]] });
      await Promise.all(stories.map(walkTo));
      await arm(stories);
      for (let round = 0; openOf(stories).length > 0; round++) {
        if (round > ROUNDS) throw new Error(`not all came to their cuts: ${JSON.stringify(leftIn(stories))}`);
        await killAtCuts(openOf(stories));
      }
      expect(payments.kills).toBeGreaterThanOrEqual(4);
      await Promise.all(stories.map(({ payment }) => payment.settle()));
      for (const { walk, payment } of stories) {
        const row = await payment.row();
        const { captures, refunded } = await payments.cuts.charges(payment.paymentId);
        const cents = (amount: string | null): number => Math.round(Number(amount ?? '0') * 100);
        const wanted = Math.min(cents(row.due), 5_000) - cents(row.goodwill);
        const kept = (row.taken ?? 0) - row.returned;
        const rest = {
          ...{ isAtRest: isAtRest(row), isTakenOnce: captures <= 1, isReturnedOnce: refunded <= (row.taken ?? 0) },
          isWhatIsDue: kept === (row.taken === null ? 0 : wanted),
        };
        const all = { isAtRest: true, isTakenOnce: true, isReturnedOnce: true, isWhatIsDue: true };
        const story = [nameOf(walk), walk.inputs.map(({ name }) => name), row];
        expect([rest, ...story]).toEqual([all, ...story]);
      }
      await expectGapless();
    },
    LASTS_MS,
  );

  /** All inputs but the last, each once what came of the one before is there. */
  async function walkTo({ walk, payment }: Story): Promise<void> {
    let facts = factsIn('authorizing');
    for (const [index, input] of walk.inputs.slice(0, -1).entries()) {
      await payment.do(input.name);
      facts = step(facts, { ...input.event(facts), at: timeOf(facts, index) }).facts;
      const { state, stopWanted, capturedAmount, sessionId, due } = facts;
      await eventually(async () => {
        const row = await payment.row();
        const seen = { ...row, sessionId: row.sessionId && 's' };
        expect([nameOf(walk), seen]).toMatchObject([
          nameOf(walk),
          { state, stopWanted, capturedAmount, sessionId, due },
        ]);
      });
    }
  }

  const openOf = (stories: readonly Story[]) => stories.filter(({ left }) => left.length > 0);

  async function arm(stories: readonly Story[]): Promise<void> {
    for (const { walk, payment, left } of openOf(stories))
      await payments.cuts.arm(payment.place, payment.paymentId, walk.effect, left[0]!);
  }

  /** Has each come to its next cut, as many as do before others have to wait for them; then the process ends. */
  async function killAtCuts(open: readonly Story[]): Promise<void> {
    for (const { walk, payment, left } of open) {
      const { name } = walk.inputs.at(-1)!;
      const behind = CUTS[walk.effect].length - left.length;
      const doing = [
        ...(behind === 0 || (behind === 1 && ASKED_AGAIN.has(name)) ? [payment.do(name)] : []),
        ...(behind === 0 ? [] : [payment.providerGoesOn()]),
      ];
      // It may stand at its cut.
      for (const done of doing) done.catch(() => undefined);
    }
    const hits = await hitsOnceQuiet(open);
    await payments.kill();
    for (const { payment, left } of open) if (hits.has(payment.place)) left.shift();
    // Before the next process does what this one has not.
    await arm(open);
    await payments.start();
  }

  async function hitsOnceQuiet(open: readonly Story[]): Promise<Set<number>> {
    let hits = await eventually(async () => {
      const some = await payments.cuts.hits();
      if (some.size === 0) throw new Error(`nobody came to a cut: ${JSON.stringify(await stuck(open))}`);
      return some;
    });
    for (;;) {
      await sleep(QUIET_MS);
      const now = await payments.cuts.hits();
      if (now.size === hits.size) return now;
      hits = now;
    }
  }

  /** For whoever has to find out why. */
  const stuck = (open: readonly Story[]) =>
    Promise.all(
      open.map(async ({ walk, payment, left }) => [
        nameOf(walk),
        walk.inputs.map(({ name }) => name),
        left[0],
        await payment.row(),
      ]),
    );

  /** Numbers of receipts have no gaps, whatever was cut off. */
  async function expectGapless(): Promise<void> {
    const { rows } = await payments.admin.query<{ n: number; last: number }>(
      `SELECT count(*)::int AS n, max(substring(number FROM 3)::int) AS last FROM payments.receipts GROUP BY operator_id, kind`,
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { n, last } of rows) expect(n).toBe(last);
  }

  const leftIn = (stories: readonly Story[]) => openOf(stories).map(({ walk, left }) => [nameOf(walk), left[0]]);
});
