/** A tariff of OCPI 2.3.0: 0.50 per kWh, 6.00 per hour of parking, and 19 % on both. */
export function ocpiTariff(perKwh = 0.5) {
  return {
    country_code: 'DE',
    party_id: 'ABC',
    id: 'T1',
    currency: 'EUR',
    tax_included: 'NO' as const,
    elements: [
      {
        price_components: [
          { type: 'ENERGY' as const, price: perKwh, vat: 19, step_size: 1 },
          { type: 'PARKING_TIME' as const, price: 6, vat: 19, step_size: 1 },
        ],
      },
    ],
    last_updated: '2026-01-01T00:00:00Z',
  };
}
