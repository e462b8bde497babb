import { expect, it } from '@jest/globals';
import { checkoutUrl } from './qr-codes.controller.js';

it.each([
  [{ evseRef: 'DE*ABC*E123*2', stationId: 'CS-1', evseId: 2 }, 'https://pay.example/pay/DE*ABC*E123*2'],
  [{ stationId: 'CS-1', evseId: 2 }, 'https://pay.example/pay/CS-1:2'],
  [{ stationId: 'Hall#3?', evseId: 1 }, 'https://pay.example/pay/Hall%233%3F:1'],
  [{ stationId: '50%', evseId: 1 }, 'https://pay.example/pay/50%25:1'],
])('a code leads to its EVSE, whatever its station is called: %#', (evse, url) => {
  expect(checkoutUrl('https://pay.example/', evse)).toBe(url);
});
