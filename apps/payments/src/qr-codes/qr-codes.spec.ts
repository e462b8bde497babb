import { expect, it } from '@jest/globals';
import { evse } from '../checkout/testing/pages.js';
import { checkoutUrl } from './checkout-url.js';
import { labelSheet, labelWords } from './label-sheet.js';

it.each([
  [{ evseRef: 'DE*ABC*E123*2', stationId: 'CS-1', evseId: 2 }, 'https://pay.example/pay/DE*ABC*E123*2'],
  [{ stationId: 'CS-1', evseId: 2 }, 'https://pay.example/pay/CS-1:2'],
  [{ stationId: 'Hall#3?', evseId: 1 }, 'https://pay.example/pay/Hall%233%3F:1'],
  [{ stationId: '50%', evseId: 1 }, 'https://pay.example/pay/50%25:1'],
])('a code leads to its EVSE, whatever its station is called: %#', (evse, url) => {
  expect(checkoutUrl('https://pay.example/', evse)).toBe(url);
});

it('a label says the website large, and that nobody has to let their car be recognised, in the language of the place and in English', async () => {
  const label = { evse, url: 'https://pay.example/pay/DE*ABC*ECS16*2' };
  const { host, declining } = labelWords(label);
  expect(host).toBe('pay.example');
  expect(declining).toEqual([expect.stringContaining('ablehnen'), expect.stringContaining('decline')]);
  const abroad = { ...evse, place: { ...evse.place!, country: 'FRA' } };
  expect(labelWords({ ...label, evse: abroad }).declining).toHaveLength(1);
  expect((await labelSheet([label], 'Stadtwerke')).subarray(0, 5).toString()).toBe('%PDF-');
});
