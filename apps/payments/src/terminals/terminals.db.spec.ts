import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type DataOf,
  type Event,
  SettlementNotified,
  VatNumberAsked,
  newEvent,
  stationCommands,
  terminalReplies,
} from '@chargemesh/contracts';
import { eventually } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { OPERATOR, PaymentsBench } from '../payments/testing/bench.js';
import type { FindingItem } from '../reconciliation/reconciliation.schema.js';

const FINDINGS = '/api/payments/v1/reconciliation/findings';

describe('a terminal of a station', () => {
  let bench: PaymentsBench;

  beforeAll(async () => {
    bench = await PaymentsBench.start();
  });
  afterAll(() => bench?.stop());

  const asked = () => {
    const at = bench.clock.now().toISOString();
    const expiresAt = new Date(bench.clock.now().getTime() + 3_000).toISOString();
    return { requestId: uuidv7(), replyTo: 'a gateway', expiresAt, stationId: 'CS-T', at };
  };
  const settled = (more: Partial<DataOf<typeof SettlementNotified>> = {}): Event => {
    const about = asked();
    const said = { pspRef: 'psp-1', status: 'Settled', amount: '12.3', settledAt: about.at } as const;
    return newEvent(SettlementNotified, { operatorId: OPERATOR, time: about.at, data: { ...about, ...said, ...more } });
  };
  const repliesTo = (events: readonly Event[]) =>
    eventually(async () => {
      const ids = new Set(events.map(({ data }) => data['requestId']));
      const replies = (await bench.platform.told(terminalReplies)).filter(({ data }) => ids.has(data['requestId']));
      expect(replies).toHaveLength(events.length);
      return replies;
    });
  const findings = async (kind: string): Promise<FindingItem[]> => {
    await bench.platform.ask(bench.apiKey, 'POST', '/api/payments/v1/reconciliation/runs');
    const path = `${FINDINGS}?kind=${kind}&status=open`;
    return (await bench.platform.ask<{ items: FindingItem[] }>(bench.apiKey, 'GET', path)).body.items;
  };

  it('is heard once, however often it says the same, and answered each time', async () => {
    const events = [settled(), settled({ pspRef: 'PSP-1' }), settled()];
    await bench.platform.send(events);
    expect(await repliesTo(events)).toMatchObject(
      Array(3).fill({ type: 'settlement-taken', data: { stationId: 'CS-T' } }),
    );
    bench.clock.advance(901);
    expect(await findings('settlement-without-payment')).toMatchObject([
      { details: { reference: 'PSP-1', amount: '12.3', stationId: 'CS-T', toldBy: 'CS-T' } },
    ]);
  });

  it('that took nothing is no finding', async () => {
    const events = [
      settled({ pspRef: 'psp-2', status: 'Canceled', amount: '0' }),
      settled({ pspRef: 'psp-3', amount: '0' }),
    ];
    await bench.platform.send(events);
    await repliesTo(events);
    bench.clock.advance(901);
    expect((await findings('settlement-without-payment')).map(({ details }) => details['reference'])).toEqual([
      'PSP-1',
    ]);
  });

  it.each([
    ['DE123456789', 'Accepted'],
    ['de 123 456 789', 'Accepted'],
    ['DE12', 'Rejected'],
    ['XX123456789', 'Rejected'],
  ])('hears that the VAT number %s is %s', async (vatNumber, status) => {
    const { at, ...about } = asked();
    const question = newEvent(VatNumberAsked, { operatorId: OPERATOR, time: at, data: { ...about, at, vatNumber } });
    await bench.platform.send([question]);
    expect(await repliesTo([question])).toMatchObject([{ type: 'vat-number-answered', data: { status } }]);
  });

  it('hears that somebody pays at the page of its EVSE, once for who presses twice', async () => {
    const [attempt, stationId] = [uuidv7(), `CS-${uuidv7()}`];
    await bench.open({ attempt, stationId });
    await bench.open({ attempt, stationId });
    const told = (await bench.platform.told(stationCommands)).filter(({ data }) => data['stationId'] === stationId);
    expect(told).toMatchObject([
      { data: { command: { name: 'NotifyWebPaymentStarted', evseId: 1, timeoutS: 1_800 }, silent: true } },
    ]);
  });
});
