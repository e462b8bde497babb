import { describe, expect, it } from '@jest/globals';
import { queuedEnd, sentAtConnectionFlag } from './queued-end.js';
import { ToldTimes } from './told-times.js';

const time = (clock: string) => `2026-03-02T${clock}Z`;

/** What was told: by the station's clock, and when it arrived; of a connector, or of anything else; or a boot at the connection. */
type Told = [at: string, received: string] | [at: string, received: string, of: 'readings'] | 'boot';

const contextOf = (connected: string, received: string, toldTimes?: ToldTimes) => ({
  ...{ stationId: 'CS-1', operatorId: 'o', epoch: 1, ocppVersion: '1.6' as const, messageId: '1' },
  ...{ connectedAt: time(connected), receivedAt: time(received), ...(toldTimes ? { toldTimes } : {}) },
});

function end(at: string, connected: string, received: string, ...told: Told[]) {
  const toldTimes = new ToldTimes();
  for (const one of told) {
    if (one === 'boot') toldTimes.booted(time(connected));
    else toldTimes[one[2] ? 'heard' : 'said'](time(one[0]), contextOf(connected, one[1]));
  }
  return queuedEnd(contextOf(connected, received, toldTimes), time(at));
}

describe('the end of a transaction', () => {
  it('waited where it lies before its connection and comes with what is sent first', () => {
    expect(end('10:30:00', '12:00:00', '12:00:03')).toBe('queued');
    expect(end('10:30:00', '12:00:00', '12:14:59')).toBe('queued');
  });

  it('waited where the present state of the connector, or a reading, was told before it', () => {
    expect(end('10:30:00', '12:00:00', '12:00:03', ['12:00:01', '12:00:01'])).toBe('queued');
    expect(end('10:30:00', '12:00:00', '12:00:03', ['11:57:10', '12:00:01'])).toBe('queued');
    expect(end('10:30:00', '12:00:00', '12:00:03', ['12:00:01', '12:00:01', 'readings'])).toBe('queued');
    expect(end('10:30:00', '12:00:00', '12:00:03', 'boot', ['12:00:01', '12:00:01', 'readings'])).toBe('queued');
  });

  it('waited where what the connector did was told from the queue, after what it does', () => {
    const told: Told[] = [
      ['12:00:01', '12:00:01'],
      ['10:30:00', '12:00:02'],
    ];
    expect(end('10:30:00', '12:00:00', '12:00:03', ...told)).toBe('queued');
  });

  it('may be by the clock of a power cut where its station has booted, and told nothing by its clock', () => {
    expect(end('10:22:10', '11:02:00', '11:02:10', 'boot')).toBe('maybe');
    expect(end('10:22:10', '11:02:00', '11:02:10', 'boot', ['11:02:05', '11:02:05'])).toBe('queued');
  });

  it('is by a clock that is behind where what was told since the connection is as late', () => {
    expect(end('10:30:00', '12:00:00', '12:00:03', ['10:29:58', '12:00:01'])).toBe('not');
    expect(end('10:30:00', '12:00:00', '12:10:00', ['10:22:00', '12:02:00'])).toBe('not');
  });

  it('says nothing of it where it lies within the connection, comes long after that began, or was only on its way', () => {
    expect(end('10:30:00', '10:00:00', '12:00:03')).toBe('not');
    expect(end('10:30:00', '11:00:00', '12:00:03')).toBe('not');
    expect(end('11:56:00', '12:00:00', '12:00:03')).toBe('not');
  });

  it('is not judged by what was told before the connection', () => {
    expect(end('10:30:00', '12:00:00', '12:00:03', ['08:00:00', '09:33:00'])).toBe('queued');
  });

  describe('at the end of a queue that took longer than a quarter of an hour', () => {
    /** Readings of each minute, one sent each 18 seconds. */
    const queue = (pauseAfter = 60): Told[] =>
      Array.from({ length: 60 }, (_, index) => {
        const arrived = 12 * 3_600 + 2 + 18 * index + (index < pauseAfter ? 0 : 200);
        const clock = (seconds: number) => new Date(seconds * 1_000).toISOString().slice(11, 19);
        return [clock(9.5 * 3_600 + 60 * index), clock(arrived), 'readings'];
      });

    it('waited as well', () => {
      expect(end('10:31:00', '12:00:00', '12:18:30', ['12:00:01', '12:00:01'], ...queue())).toBe('queued');
      expect(end('10:31:00', '12:00:00', '12:18:30', ...queue())).toBe('queued');
    });

    it('is by a clock that was set back where the queue was over before it', () => {
      expect(end('10:31:00', '12:00:00', '12:25:00', ['12:00:01', '12:00:01'], ...queue())).toBe('not');
      expect(end('10:31:00', '12:00:00', '12:21:50', ['12:00:01', '12:00:01'], ...queue(30))).toBe('not');
    });
  });

  it('may be either where it is replayed, for nobody knows what was told beside it', () => {
    expect(queuedEnd(contextOf('12:00:03', '12:00:03'), time('10:30:00'))).toBe('maybe');
    expect(queuedEnd(contextOf('12:00:03', '12:00:03'), time('11:59:00'))).toBe('not');
  });

  describe('on a connection that stood when it is stamped', () => {
    const atOnce: Told = ['11:06:00', '11:06:00'];

    it('waited for an answer where what was told a little before shows that the clock is right', () => {
      expect(end('10:30:00', '06:00:00', '11:06:10', atOnce)).toBe('queued');
      expect(end('10:30:00', '06:00:00', '11:06:10', [...atOnce, 'readings'])).toBe('queued');
    });

    it('may be either where it is as late as by a clock of another zone', () => {
      expect(end('10:06:05', '06:00:00', '11:06:10', atOnce)).toBe('maybe');
    });

    it('is by a clock that was set back where that was longer before, or as late', () => {
      expect(end('10:30:00', '06:00:00', '11:08:10', atOnce)).toBe('not');
      expect(end('10:30:00', '06:00:00', '11:06:10', ['10:29:30', '11:05:40'])).toBe('not');
    });
  });

  it('is by a clock that was set back where its transaction was told of as it happened, and later', () => {
    const toldTimes = new ToldTimes();
    toldTimes.heard(time('10:45:00'), contextOf('06:00:00', '10:45:01'), 'T1');
    const context = contextOf('11:00:00', '11:10:00', toldTimes);
    expect(queuedEnd(context, time('10:10:00'), 'T1')).toBe('not');
    expect(queuedEnd(context, time('10:10:00'), 'T2')).toBe('queued');
  });
});

describe('an end that is stamped as its connection begins', () => {
  const sent = (stamp: string, received: string, toldTimes = new ToldTimes()) =>
    sentAtConnectionFlag(contextOf('12:00:00', received, toldTimes), time(stamp), 'T1');

  it('may have been kept until then', () => {
    expect(sent('12:00:03', '12:00:03')).toBe('sent-at-connection');
    expect(sent('11:59:30', '12:01:50')).toBe('sent-at-connection');
  });

  it('was not where it is stamped before, comes later, or its transaction was told of on the connection', () => {
    expect([sent('11:58:00', '12:00:03'), sent('12:02:10', '12:02:10')]).toEqual([undefined, undefined]);
    const toldTimes = new ToldTimes();
    toldTimes.heard(time('12:00:01'), contextOf('12:00:00', '12:00:01'), 'T1');
    expect(sent('12:00:03', '12:00:03', toldTimes)).toBeUndefined();
  });
});
