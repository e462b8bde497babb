import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startRequests } from '@chargemesh/contracts';
import { asAdmin } from '@chargemesh/persistence/testing';
import { eventually } from '@chargemesh/testing';
import { started } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { PaymentsKeeper } from './keeper.service.js';
import { OPERATOR, PAYMENTS, PaymentsBench, billed, ended, offer, sessionOf } from './testing/bench.js';

describe('another try after a start that failed', () => {
  let bench: PaymentsBench;

  beforeAll(async () => {
    bench = await PaymentsBench.start();
  });
  afterAll(() => bench?.stop());
  afterEach(() => bench.clock.advance(1));

  /** Paid by one browser, and refused by the station. */
  async function refused() {
    const attempt = uuidv7();
    const { redirectUrl, reference, stationId } = await bench.open({ attempt });
    await bench.choose(redirectUrl, 'approve');
    await bench.checkout.returned(reference);
    const payment = await bench.comesTo(reference, 'starting');
    await bench.platform.send([bench.answered(payment, 'rejected')]);
    await bench.comesTo(reference, 'start-failed');
    return { attempt, reference, stationId, paymentId: payment.paymentId };
  }
  const startsAt = (stationId: string, count = 1) =>
    eventually(async () => {
      const told = await bench.platform.told(startRequests);
      const starts = told.filter(({ type, data }) => type === 'start-requested' && data['stationId'] === stationId);
      expect(starts).toHaveLength(count);
      return starts.map(({ data }) => data as { requestId: string; tokenUid: string; stationId: string });
    });
  const countOf = (attempt: string) =>
    asAdmin(bench.platform.adminUrl, async (admin) => {
      const { rows } = await admin.query('SELECT 1 FROM payments.payments WHERE attempt = $1', [attempt]);
      return rows.length;
    });

  it('at a neighbouring EVSE is paid by the same hold, at the price that was agreed there', async () => {
    const { attempt, reference } = await refused();
    const dearer = { ...offer, price: { ...offer.price, tariffVersion: 4 } };
    const quote = { offer: dearer, hold: '100.00', limit: '95.00' };
    const again = await bench.open({ attempt, quote });
    expect([again.reference, again.redirectUrl]).toEqual([reference, `/pay/p/${reference}`]);
    expect(await bench.comesTo(reference, 'starting')).toMatchObject({
      ...{ stationId: again.stationId, hold: '50.00', limit: '47.50', offer: { price: { tariffVersion: 4 } } },
    });
    expect(await countOf(attempt)).toBe(1);
    const { timeline } = await bench.item((await bench.view(reference)).paymentId);
    const { tokenUid } = (await startsAt(again.stationId))[0]!;
    expect(timeline.map(({ event }) => event)).toContain('tried-again');
    expect(JSON.stringify(timeline)).not.toContain(tokenUid);
    const [start] = await startsAt(again.stationId);
    await bench.platform.send([bench.answered(await bench.view(reference), 'accepted', start!.requestId)]);
    await bench.comesTo(reference, 'waiting-for-plug');
    const of = sessionOf(start!);
    await bench.platform.send([started(OPERATOR, of), ended(of), billed(of, '6.54')]);
    expect(await bench.comesTo(reference, 'captured')).toMatchObject({ capturedAmount: '6.54' });
  });

  it('at the same EVSE is paid by the same hold, and what is said of the first start changes nothing any more', async () => {
    const { attempt, reference, stationId, paymentId } = await refused();
    expect((await bench.open({ attempt, stationId })).reference).toBe(reference);
    const seen = await bench.comesTo(reference, 'starting');
    expect(seen.reason).toBeUndefined();
    await bench.platform.send([bench.answered(seen, 'rejected', paymentId)]);
    const starts = await startsAt(stationId, 2);
    const again = starts.find(({ requestId }) => requestId !== paymentId)!;
    await bench.platform.send([bench.answered(seen, 'accepted', again.requestId)]);
    await bench.comesTo(reference, 'waiting-for-plug');
    expect(new Set(starts.map(({ tokenUid }) => tokenUid)).size).toBe(2);
  });

  it('after ten minutes needs another hold, the first being released', async () => {
    const { attempt, reference } = await refused();
    await bench.after(601);
    await bench.comesTo(reference, 'released');
    expect((await bench.open({ attempt })).reference).not.toBe(reference);
  });

  it('can be given up, and the hold is released at once', async () => {
    const { reference } = await refused();
    expect(await bench.view(reference)).toMatchObject({ stoppable: true, reason: 'start-rejected' });
    await bench.checkout.stop(reference);
    await bench.comesTo(reference, 'released');
  });

  it('is not needed where the car charges after all: the hold pays for it', async () => {
    const { reference, paymentId } = await refused();
    const [start] = (await bench.platform.told(startRequests)).filter(({ data }) => data['requestId'] === paymentId);
    const of = sessionOf(start!.data as never);
    await bench.platform.send([started(OPERATOR, of), ended(of), billed(of, '1.23')]);
    expect(await bench.comesTo(reference, 'captured')).toMatchObject({ capturedAmount: '1.23' });
  });

  describe('and a limit, where nobody knows what a session costs,', () => {
    const stopsOf = (paymentId: string, reasons: string[]) =>
      eventually(async () => expect(await bench.stopsOf(paymentId)).toEqual(reasons));

    it('holds by the dearest price of what was delivered', async () => {
      const payment = await bench.charging();
      const counted = (version: number, energyWh: number) => {
        const { data, ...event } = bench.costs(payment.session, version, '1.00');
        return { ...event, data: { ...data, energyWh, provisional: true } };
      };
      await bench.platform.send([counted(1, 80_000)]);
      await eventually(async () => expect((await bench.view(payment.reference)).energyWh).toBe(80_000));
      expect((await bench.view(payment.reference)).cost).toBeUndefined();
      await stopsOf(payment.paymentId, []);
      await bench.platform.send([counted(2, 81_000)]);
      await stopsOf(payment.paymentId, ['limit']);
    });

    it('holds by the full power of the EVSE when nothing is heard', async () => {
      const payment = await bench.paid();
      const startedAt = bench.clock.now().toISOString();
      await bench.platform.send([started(OPERATOR, { ...sessionOf(payment), startedAt })]);
      await bench.comesTo(payment.reference, 'charging');
      // 0.59 € for each kWh, 400 kW at most: 12 minutes.
      await bench.after(600);
      await bench.after(130);
      await stopsOf(payment.paymentId, ['limit']);
    });
  });

  describe('and payments that nobody pays', () => {
    it('are given up where too many wait at an EVSE, the oldest first, and none whose driver may still be typing', async () => {
      const open = () => {
        bench.clock.advance(1);
        return bench.open({ stationId: 'CROWD' });
      };
      const [first, second] = [await open(), await open()];
      for (let one = 0; one < 19; one++) await open();
      expect((await bench.view(first.reference)).state).toBe('authorizing');
      bench.clock.advance(600 - 20);
      await open();
      await bench.comesTo(first.reference, 'failed');
      expect((await bench.view(second.reference)).state).toBe('authorizing');
    });

    it('are forgotten after a while, and those that were paid are not', async () => {
      const { redirectUrl, reference } = await bench.open();
      await bench.choose(redirectUrl, 'decline');
      const { paymentId } = await bench.comesTo(reference, 'declined');
      const paid = await bench.paid();
      bench.clock.advance(31 * 86_400);
      await bench.platform.app.get(PaymentsKeeper, { strict: false }).forgetUnpaid();
      const { platform, apiKey } = bench;
      expect((await platform.ask(apiKey, 'GET', `${PAYMENTS}/${paymentId}`)).status).toBe(404);
      expect((await platform.ask(apiKey, 'GET', `${PAYMENTS}/${paid.paymentId}`)).status).toBe(200);
    });
  });
});
