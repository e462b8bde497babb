import { describe, expect, it } from '@jest/globals';
import { TransactionStarted, type DataOf, fromWire, newEvent, stationEvents, toWire } from './index.js';

const operatorId = '01900000-0000-7000-8000-000000000001';
const time = '2026-01-01T10:00:00Z';
const data: DataOf<typeof TransactionStarted> = {
  stationId: 'CP-1',
  epoch: 1,
  receivedAt: time,
  transactionId: '7',
  seqNo: 0,
  at: time,
  offline: false,
  trigger: 'Authorized',
  samples: [],
};
const started = (change: Partial<typeof data> = {}, operator = operatorId) =>
  newEvent(TransactionStarted, { operatorId: operator, time, data: { ...data, ...change } });

describe('an event', () => {
  it('has the same id when the same fact is sent again over another connection', () => {
    expect(started({ epoch: 2, receivedAt: '2026-01-02T00:00:00Z' }).id).toBe(started().id);
  });

  it('has a name-based id that any implementation would derive', () => {
    expect(started().id).toBe('985939bd-efed-5709-8cfa-f21dab367d83');
  });

  it('has another id when it is another fact', () => {
    const ids = [
      started(),
      started({ seqNo: 1 }),
      started({ stationId: 'CP-2' }),
      started({}, operatorId.replace('1', '2')),
    ];
    expect(new Set(ids.map(({ id }) => id)).size).toBe(4);
  });

  it('travels by its station and parks by its transaction', () => {
    expect(started()).toMatchObject({ topic: 'ocpp.station-events.v1', key: 'CP-1', parkingKey: 'CP-1/7' });
  });

  it('comes through the wire unchanged', () => {
    const event = { ...started(), traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    expect(fromWire(stationEvents, toWire(event, 'ocpp-gateway'))).toEqual(event);
  });

  it('that this build does not know is passed over', () => {
    const record = toWire(started(), 'ocpp-gateway');
    expect(fromWire(stationEvents, { ...record, headers: { ...record.headers, ce_type: 'later' } })).toBeUndefined();
  });

  it('with a member that this build does not know is taken as it is', () => {
    const later = { ...data, later: true };
    const record = { ...toWire(started(), 'ocpp-gateway'), value: JSON.stringify(later) };
    expect(fromWire(stationEvents, record)?.data).toEqual(later);
  });

  it.each([
    ['value that is not JSON', { value: '{' }],
    ['value that breaks its schema', { value: JSON.stringify({ ...data, seqNo: -1 }) }],
    ['day that the calendar has not', { value: JSON.stringify({ ...data, at: '2026-02-29T10:00:00Z' }) }],
    ['missing id', { headers: { ce_id: '' } }],
    ['missing operator', { headers: { ce_operatorid: '' } }],
    ['time that is none', { headers: { ce_time: 'yesterday' } }],
  ])('with a %s is refused', (_, change) => {
    const record = toWire(started(), 'ocpp-gateway');
    const broken = {
      ...record,
      ...change,
      headers: { ...record.headers, ...(change as { headers?: object }).headers },
    };
    expect(() => fromWire(stationEvents, broken)).toThrow(expect.objectContaining({ name: 'SchemaViolation' }));
  });
});
