import { beforeEach, describe, expect, it } from '@jest/globals';
import { Uncounted } from './uncounted.js';

const of = (sessionId: string, tariffId = 'T1') => ({ sessionId, tariffId, tariffVersion: 1 });
const fault = new Error('no price');

describe('sessions whose running cost cannot be counted', () => {
  let lines: string[];
  let uncounted: Uncounted;

  beforeEach(() => {
    lines = [];
    const line = (level: string) => (details: object) => {
      const { tariffId } = details as { tariffId: string };
      lines.push(`${level} ${tariffId}`);
    };
    uncounted = new Uncounted({ error: line('error'), info: line('info') });
  });

  it('are told once for a tariff, however many there are and however often they are read', () => {
    for (let reading = 0; reading < 100; reading++) {
      for (const session of [of('A'), of('B'), of('C', 'T2')]) uncounted.failed(session, fault);
      uncounted.counted(of('D'));
    }
    expect(lines).toEqual(['error T1', 'error T2']);
  });

  it('are told to be counted again once none fails any more, and to fail anew afterwards', () => {
    for (const session of [of('A'), of('B')]) uncounted.failed(session, fault);
    uncounted.counted(of('A'));
    expect(lines).toEqual(['error T1']);
    uncounted.counted(of('B'));
    uncounted.counted(of('B'));
    uncounted.failed(of('A'), fault);
    expect(lines).toEqual(['error T1', 'info T1', 'error T1']);
  });

  it('end with their CDR, of which nothing follows for others', () => {
    uncounted.failed(of('A'), fault);
    uncounted.closed(of('A'));
    uncounted.counted(of('A'));
    uncounted.failed(of('B'), fault);
    expect(lines).toEqual(['error T1', 'error T1']);
  });

  it('are remembered of so many tariffs and sessions only', () => {
    for (let tariff = 0; tariff <= 1_000; tariff++) uncounted.failed(of('A', `T${tariff}`), fault);
    uncounted.failed(of('A', 'T1'), fault);
    uncounted.failed(of('A', 'T0'), fault);
    expect(lines.filter((line) => line === 'error T1')).toHaveLength(1);
    expect(lines.filter((line) => line === 'error T0')).toHaveLength(2);
  });
});
