import { describe, expect, it } from '@jest/globals';
import { basicCredentials, basicHeader, chooseVersion, isStationId, stationIdFromUrl } from './handshake.js';

describe('the station id of a handshake', () => {
  it.each([
    ['/ocpp/CS-1', 'CS-1'],
    ['/ocpp/CS%201%2F2', 'CS 1/2'],
    ['/ocpp/RDAM%3A123', 'RDAM:123'],
    ['/ocpp/CS-1?token=x', 'CS-1'],
    [`/ocpp/${'x'.repeat(48)}`, 'x'.repeat(48)],
    [`/ocpp/${'x'.repeat(49)}`, undefined],
    ['/ocpp/', undefined],
    ['/ocpp', undefined],
    ['/ocpp//', undefined],
    ['/ocpp?CS-1', undefined],
    ['/ocpp/CS-1/', 'CS-1'],
    ['/ocpp/CS-1//?token=x', 'CS-1'],
    ['/ocpp//CS-1', 'CS-1'],
    ['/ocpp/ws://example.com:443/ocpp/CS-1', 'CS-1'],
    ['/ocpp/CS-1?a=/ocpp/CS-2', 'CS-1'],
    ['/other/CS-1', undefined],
    ['/ocpp/%ZZ', undefined],
    ['/ocpp/%C3%28', undefined],
    ['/ocpp/a%00b', undefined],
    ['/ocpp/a%0Ab', undefined],
  ])('%s: %s', (url, stationId) => expect(stationIdFromUrl(url)).toBe(stationId));

  it('may hold a colon in 1.6 only', () => {
    expect(isStationId('RDAM:123', 'ocpp1.6')).toBe(true);
    expect(isStationId('RDAM:123', 'ocpp2.0.1')).toBe(false);
  });
});

describe('the version of a connection', () => {
  it('is the first that the station offers and we speak', () => {
    expect(chooseVersion(['ocpp2.0.1', 'ocpp1.6'])).toBe('ocpp2.0.1');
    expect(chooseVersion(new Set(['ocpp2.0', 'ocpp1.6']))).toBe('ocpp1.6');
    expect(chooseVersion(['ocpp2.1', 'ocpp1.6'], ['ocpp1.6'])).toBe('ocpp1.6');
    expect(chooseVersion(['ocpp1.5', 'soap'])).toBeUndefined();
    expect(chooseVersion([])).toBeUndefined();
  });
});

describe('basic credentials', () => {
  it('carry a password of any bytes', () => {
    const password = Buffer.from([0x00, 0xff, 0x3a, 0x80, 0x0a]);
    const credentials = basicCredentials(basicHeader('CS-1', password));
    expect(credentials?.user.toString()).toBe('CS-1');
    expect(credentials?.password.equals(password)).toBe(true);
  });

  it.each([
    ['another scheme', 'Bearer abc'],
    ['no header', undefined],
    ['no colon', `Basic ${Buffer.from('CS-1').toString('base64')}`],
    ['what is not base64', 'Basic a:b'],
    ['an empty value', 'Basic '],
  ])('are not found in %s', (_case, header) => expect(basicCredentials(header)).toBeUndefined());
});
