import { describe, expect, it } from '@jest/globals';
import { isQueuedEnd } from './queued-end.js';
import { ToldTimes } from './told-times.js';

const time = (clock: string) => `2026-03-02T${clock}Z`;

/** @param told by the station's clock, and when it arrived; or a boot at the connection */
function end(
  at: string,
  connected: string,
  received: string,
  ...told: ([at: string, received: string] | 'boot')[]
): boolean {
  const toldTimes = new ToldTimes();
  for (const one of told) {
    if (one === 'boot') toldTimes.booted(time(connected));
    else toldTimes.said(time(one[0]), time(one[1]));
  }
  const context = {
    ...{ stationId: 'CS-1', operatorId: 'o', epoch: 1, ocppVersion: '1.6' as const, messageId: '1', toldTimes },
    ...{ connectedAt: time(connected), receivedAt: time(received) },
  };
  return isQueuedEnd(context, time(at));
}

describe('the end of a transaction', () => {
  it('waited where it lies before its connection and comes with what is sent first', () => {
    expect(end('10:30:00', '12:00:00', '12:00:03')).toBe(true);
    expect(end('10:30:00', '12:00:00', '12:14:59')).toBe(true);
  });

  it('waited where the present state of the connector was told before it', () => {
    expect(end('10:30:00', '12:00:00', '12:00:03', ['12:00:01', '12:00:01'])).toBe(true);
    expect(end('10:30:00', '12:00:00', '12:00:03', ['11:57:10', '12:00:01'])).toBe(true);
  });

  it('waited where what the connector did was told from the queue, after what it does', () => {
    const told: [string, string][] = [
      ['12:00:01', '12:00:01'],
      ['10:30:00', '12:00:02'],
    ];
    expect(end('10:30:00', '12:00:00', '12:00:03', ...told)).toBe(true);
  });

  it('may be by the clock of a power cut where its station has booted, and told nothing by its clock', () => {
    expect(end('10:22:10', '11:02:00', '11:02:10', 'boot')).toBe(false);
    expect(end('10:22:10', '11:02:00', '11:02:10', 'boot', ['11:02:05', '11:02:05'])).toBe(true);
  });

  it('is by a clock that is behind where what was told since the connection is as late', () => {
    expect(end('10:30:00', '12:00:00', '12:00:03', ['10:29:58', '12:00:01'])).toBe(false);
    expect(end('10:30:00', '12:00:00', '12:10:00', ['10:22:00', '12:02:00'])).toBe(false);
  });

  it('says nothing of it where it lies within the connection, comes long after that began, or was only on its way', () => {
    expect(end('10:30:00', '10:00:00', '12:00:03')).toBe(false);
    expect(end('10:30:00', '11:00:00', '12:00:03')).toBe(false);
    expect(end('11:56:00', '12:00:00', '12:00:03')).toBe(false);
  });

  it('is not judged by what was told before the connection', () => {
    expect(end('10:30:00', '12:00:00', '12:00:03', ['08:00:00', '09:33:00'])).toBe(true);
  });
});
