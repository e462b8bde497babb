import { expect, it } from '@jest/globals';
import { contextOf, fits, recordingPorts } from '../testing/ports.js';
import { vatNumberValidation } from './vat-number-validation.js';

const request = { vatNumber: 'DE123456789', evseId: 1 };

it.each(['Accepted', 'Rejected'] as const)('a VAT number that is %s is answered so', async (status) => {
  const company = { name: 'ACME GmbH', address1: 'Hauptstraße 1', city: 'Berlin', country: 'DE' };
  const answer = await vatNumberValidation(
    request,
    contextOf('2.1'),
    recordingPorts({ vatNumber: { status, company } }),
  );
  expect(answer).toEqual({ ...request, status, company });
  fits(['ocpp2.1'], 'VatNumberValidation', answer);
});

it('a VAT number is not accepted when nobody says so in time', async () => {
  const answer = await vatNumberValidation(request, contextOf('2.1'), recordingPorts());
  expect(answer).toEqual({ ...request, status: 'Rejected', statusInfo: { reasonCode: 'Timeout' } });
  fits(['ocpp2.1'], 'VatNumberValidation', answer);
});

it('a VAT number that is longer than the answer has room for is answered all the same', async () => {
  const vatNumber = 'DE123456789'.repeat(3);
  const answer = await vatNumberValidation(
    { vatNumber },
    contextOf('2.1'),
    recordingPorts({ vatNumber: { status: 'Rejected' } }),
  );
  expect(answer).toEqual({ vatNumber: vatNumber.slice(0, 20), status: 'Rejected' });
  fits(['ocpp2.1'], 'VatNumberValidation', answer);
});
