import { describe, expect, it } from '@jest/globals';
import { addressOf } from './partner-call.js';

const at = (url: string, ...path: string[]) =>
  addressOf({ endpoints: [{ identifier: 'cdrs', role: 'RECEIVER', url }] }, { module: 'cdrs' }, path);

describe('the address at a partner', () => {
  it.each(['https://a.example/cdrs', 'https://a.example/cdrs/', 'https://a.example/cdrs?of=us'])(
    'of a module is the one that it gave: %s',
    (url) => {
      expect(at(url)).toBe(url);
    },
  );

  it.each(['https://a.example/cdrs', 'https://a.example/cdrs/'])('of an object is behind that: %s', (url) => {
    expect(at(url, 'DE', 'a/b')).toBe('https://a.example/cdrs/DE/a%2Fb');
  });

  it('is none, where it has no such module', () => {
    expect(addressOf({ endpoints: [] }, { module: 'cdrs' }, [])).toBeUndefined();
  });
});
