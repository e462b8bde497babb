import { expect, it } from '@jest/globals';
import { pageUrl } from './page-url.js';

it.each([
  ['https://pay.example', 'https://pay.example/pay/p/1'],
  ['https://pay.example/', 'https://pay.example/pay/p/1'],
  ['https://example.com/charging', 'https://example.com/charging/pay/p/1'],
  ['https://example.com/charging/', 'https://example.com/charging/pay/p/1'],
])('a page below %s keeps the path that is there', (base, url) => {
  expect(pageUrl(base, '/pay/p/1')).toBe(url);
});
