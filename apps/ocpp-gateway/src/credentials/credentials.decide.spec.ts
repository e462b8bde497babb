import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { matchingPassword } from './credentials.decide.js';

const hash = (secret: string | Buffer) => createHmac('sha256', 'key').update(secret).digest('hex');
const hasher = {
  hashesOf: (secret: Buffer) => [hash(secret)],
  equal: (a: string, b: string) => a === b,
};

const credential = {
  stationId: 'CP-1',
  operatorId: 'x',
  version: 3,
  securityProfile: 1,
  passwordHashes: [hash('new password 123'), hash('old password 123')],
  registration: 'Accepted' as const,
  heartbeatIntervalS: 300,
  timeZone: null,
  zonelessAs: null,
  isZoneProven: null,
  silentUntil: {},
};
const present = (password: string | Buffer, user = 'CP-1') => ({
  user: Buffer.from(user),
  password: Buffer.from(password),
});

describe('the password of a station', () => {
  it('opens with its password, and with the one before', () => {
    expect(matchingPassword(credential, present('new password 123'), false, hasher)).toBe(0);
    expect(matchingPassword(credential, present('old password 123'), false, hasher)).toBe(1);
  });

  it.each([
    ['no credentials', undefined],
    ['a wrong password', present('wrong')],
    ['an empty password', present('')],
    ["another station's name", present('new password 123', 'CP-2')],
  ])('stays closed for %s', (_, presented) => {
    expect(matchingPassword(credential, presented, true, hasher)).toBeUndefined();
  });

  it.each([0, 2, 3])('stays closed on this port for security profile %i', (securityProfile) => {
    expect(
      matchingPassword({ ...credential, securityProfile }, present('new password 123'), false, hasher),
    ).toBeUndefined();
  });

  describe('of OCPP 1.6', () => {
    const raw = Buffer.from('00ff10fe20fd30fc40fb50fa60f970f880f790f6', 'hex');
    const hex = raw.toString('hex');
    const stored = {
      'the hexadecimal spelling': hash(hex),
      'its upper case': hash(hex.toUpperCase()),
      'the bytes': hash(raw),
    };

    it.each(Object.entries(stored))(
      'opens with bytes and with their hexadecimal spelling where %s was given to us',
      (_, known) => {
        const of16 = { ...credential, passwordHashes: [known] };
        expect(matchingPassword(of16, present(raw), true, hasher)).toBe(0);
        if (known !== stored['its upper case']) expect(matchingPassword(of16, present(hex), true, hasher)).toBe(0);
      },
    );

    it('does not open so for other versions', () => {
      expect(
        matchingPassword({ ...credential, passwordHashes: [hash(hex)] }, present(raw), false, hasher),
      ).toBeUndefined();
    });
  });
});
