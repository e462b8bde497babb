import { expect, it } from '@jest/globals';
import { contextOf, fits, recordingPorts } from '../testing/ports.js';
import { authorizeWithTariff } from './authorize-with-tariff.js';

const request = { idToken: { idToken: 'CARD1', type: 'ISO14443' } };
const driverTariff = { tariffId: 'T:1:d', currency: 'EUR', energy: { prices: [{ priceKwh: 0.3 }] } };

it('a driver with a price of their own is told it with the authorization', async () => {
  const answer = await authorizeWithTariff(request, contextOf('2.1'), recordingPorts({ driverTariff }));
  expect(answer).toEqual({ idTokenInfo: { status: 'Accepted' }, tariff: driverTariff });
  fits(['ocpp2.1'], 'Authorize', answer);
});

it('a driver who pays what everybody pays, or may not charge, is told no price', async () => {
  const authorization = { status: 'Blocked', by: 'sessions' } as const;
  const ports = recordingPorts({ authorization, driverTariff });
  expect(await authorizeWithTariff(request, contextOf('2.1'), ports)).toEqual({ idTokenInfo: { status: 'Blocked' } });
  expect(await authorizeWithTariff(request, contextOf('2.1'), recordingPorts())).toEqual({
    idTokenInfo: { status: 'Accepted' },
  });
});
