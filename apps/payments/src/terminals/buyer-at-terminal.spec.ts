import { expect, it } from '@jest/globals';
import { buyerAtTerminal } from './buyer-at-terminal.js';

const company = {
  name: 'ACME GmbH',
  address1: 'Hauptstraße 1',
  postalCode: '10115',
  city: 'Berlin',
  country: 'Germany',
};
const buyer = { name: 'ACME GmbH', street: 'Hauptstraße 1', postalCode: '10115', city: 'Berlin', country: 'DE' };

it.each([
  ['a number and no company', 'de 123 456 789', null, { vatNumber: 'DE123456789' }],
  [
    'a number and its company',
    'DE123456789',
    company,
    { vatNumber: 'DE123456789', buyer: { ...buyer, vatNumber: 'DE123456789' } },
  ],
  [
    'two lines of an address',
    'DE123456789',
    { ...company, address2: 'Hinterhaus' },
    {
      vatNumber: 'DE123456789',
      buyer: { ...buyer, street: 'Hauptstraße 1, Hinterhaus', vatNumber: 'DE123456789' },
    },
  ],
  ['a company without a postcode', 'DE123456789', { ...company, postalCode: ' ' }, { vatNumber: 'DE123456789' }],
  [
    'a company with too long a name',
    'DE123456789',
    { ...company, name: 'n'.repeat(201) },
    { vatNumber: 'DE123456789' },
  ],
  ['what is no number', 'DE12', company, undefined],
  ['no number', null, company, undefined],
])('of %s the receipt has what is sure', (_, vatNumber, vatCompany, expected) => {
  expect(buyerAtTerminal({ vatNumber, vatCompany })).toEqual(expected);
});
