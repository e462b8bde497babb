import { type ReadSettings, SETTINGS, type Settings, integer, string } from '@chargemesh/service';

export const settings = {
  OPEN_REQUESTS_PER_MINUTE: integer(600, { min: 1, max: 1_000_000 }).means(
    'Of one address, of what is open to anyone.',
  ),
  CHECKOUT_URL: string().means(
    'Where drivers reach the pages, such as `https://pay.example.com`, for QR codes; if absent, where their codes are asked for.',
  ),
  CHECKOUTS_PER_EVSE_PER_MINUTE: integer(30, { min: 1, max: 1_000_000 }).means(
    'How many payments may be begun at one EVSE, by whomever.',
  ),
};
export type CheckoutSettings = Settings<typeof settings>;

export const CHECKOUT_SETTINGS = Symbol('settings of the checkout');
export const checkoutSettings = {
  provide: CHECKOUT_SETTINGS,
  inject: [SETTINGS],
  useFactory: (read: ReadSettings): CheckoutSettings => read(settings),
};
