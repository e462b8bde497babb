import {
  type ReadSettings,
  SETTINGS,
  Setting,
  type Settings,
  choice,
  flag,
  integer,
  secret,
  string,
  webUrl,
} from '@chargemesh/service';
import { type HoldAmounts, readHoldAmounts } from './prices/holds.js';
import { readSecrets } from './providers/accounts/secret-texts.js';

export const settings = {
  PLUG_TIMEOUT_S: integer(300, { min: 30, max: 3_600 }).means(
    'How long after an ad hoc payment the driver has to plug in, before what is held is given back, in seconds.',
  ),
  RETRY_WINDOW_S: integer(600, { min: 10, max: 3_600 }).means(
    'How long what is held is kept after a start that failed, so that another try, here or at a neighbouring EVSE, needs no second hold, in seconds.',
  ),
  UNPAID_PAYMENT_DAYS: integer(30, { min: 2, max: 4_000 }).means(
    'Days for which payments are kept that were begun and never paid.',
  ),
  OPEN_PAYMENTS_PER_EVSE: integer(20, { min: 1, max: 1_000 }).means(
    'How many payments at one EVSE may wait to be paid; of more those are given up that were begun more than ten minutes ago, the oldest first.',
  ),
  CHECKOUT_MINUTES: integer(30, { min: 30, max: 1_430 }).means('How long a page of a payment provider may be paid.'),
  HOLD_AMOUNTS: new Setting<HoldAmounts>(readHoldAmounts, {
    takes: 'list of amounts by currency, such as `EUR=30/60/100`',
  }).means(
    'What is held at the card before an ad hoc session, up to 22 kW, up to 150 kW and above, where the tariff has no `preauthorize_amount`; for currencies of Europe and USD there are amounts already.',
  ),
  HOLD_MARGIN_PERCENT: integer(5, { min: 1, max: 50 }).means(
    'Of what is held: so much is left when charging is stopped because of it.',
  ),
  PRICE_TIMEOUT_MS: integer(3_000, { min: 100, max: 30_000 }).means(
    'How long a driver waits for the price before the page says that it is not known, in milliseconds.',
  ),
  SANDBOX_PAYMENTS: flag(false).means(
    'Whether ad hoc payments go to the sandbox, a provider that takes no money; `npm start` has it on. Never for real drivers.',
  ),
  SANDBOX_WEBHOOKS: choice('once', 'once', 'twice', 'lost').means('How often the sandbox tells what was paid.'),
  SANDBOX_DELAY_MS: integer(0, { min: 0, max: 3_600_000 }).means(
    'How long after the driver has left its page the sandbox decides, in milliseconds.',
  ),
  CHECKOUT_URL: webUrl.means(
    'Where drivers and payment providers reach the pages, such as `https://pay.example.com`; must be set for accounts at providers and to roll dynamic codes out. If absent, QR codes lead to where they are asked for.',
  ),
  PROVIDER_SECRETS_FOLDER: string().means(
    'Folder of the secrets of accounts at payment providers, a file each: `OPERATOR_ID.SECRET_NAME.api-key` and `OPERATOR_ID.SECRET_NAME.webhook-keys`, which has one a line. They are read whenever they are needed.',
  ),
  PROVIDER_SECRETS: new Setting<ReadonlyMap<string, string>>(readSecrets, {
    takes: 'JSON, an object of texts by the names of those files',
    secret: true,
  }).means('The same secrets, where there is no such folder.'),
  STRIPE_URL: webUrl.means('Where tests have a stand-in for the interface of Stripe; Stripe itself, if absent.'),
  ADYEN_URL: webUrl.means('Where tests have a stand-in for the interface of Adyen; Adyen itself, if absent.'),
  ADYEN_HOLD_DAYS: integer(7, { min: 2, max: 28 }).means(
    'For how long cards hold at Adyen, which does not say it of a payment and gives up after 28 days; card schemes do so after 7 days at the earliest.',
  ),
  FISKALY_SIGN_AT_URL: webUrl.means(
    'Where tests have a stand-in for the interface of fiskaly SIGN AT; fiskaly itself, if absent.',
  ),
  WEBHOOK_TOLERANCE_S: integer(300, { min: 1, max: 3_600 }).means(
    'How old a signed webhook of a payment provider may be, in seconds.',
  ),
  WEBHOOKS_PER_MINUTE: integer(6_000, { min: 1, max: 1_000_000 }).means(
    'How many webhooks of payment providers are taken from one address.',
  ),
  DRIVER_LINK_DAYS: integer(90, { min: 1, max: 4_000 }).means(
    'Days after the end of an ad hoc payment for which its link opens the session and the receipt.',
  ),
  OPEN_REQUESTS_PER_MINUTE: integer(600, { min: 1, max: 1_000_000 }).means(
    'Of one address, of what is open to anyone.',
  ),
  CHECKOUTS_PER_ADDRESS_PER_MINUTE: integer(60, { min: 1, max: 1_000_000 }).means(
    'How many payments may be begun from one address, at whichever EVSE.',
  ),
  CHECKOUTS_PER_EVSE_PER_MINUTE: integer(30, { min: 1, max: 1_000_000 }).means(
    'How many payments may be begun at one EVSE, by whomever.',
  ),
  REFUND_LIMIT: integer(100, { min: 0, max: 1_000_000 }).means(
    'What callers with the role `operator` or `hotline` may give back of one payment at most, in whole units of its currency; above it needs `admin`.',
  ),
  FINDING_DAYS: integer(400, { min: 7, max: 4_000 }).means(
    'Days for which findings of the reconciliation are kept; what is still so is found again.',
  ),
  SMTP_URL: secret.means(
    'The mail server that sends drivers receipts and links to their pages, such as `smtps://user:password@mail.example.com`; if absent, none are sent. Where the URL begins with `smtp:`, the server has to take up TLS (`STARTTLS`).',
  ),
  SMTP_FROM: string().means(
    'From whom mails to drivers are, such as `Charging <receipts@example.com>`; needed with `SMTP_URL`.',
  ),
  MAIL_ADDRESS_DAYS: integer(0, { min: 0, max: 400 }).means(
    'Days for which the address is kept to which a receipt was sent; 0 erases it once the mail server has the mail.',
  ),
  LINK_MAILS_PER_HOUR: integer(120, { min: 0, max: 100_000 }).means(
    'How many mails with links to their pages the callers of an operator may have sent to drivers in an hour.',
  ),
  PROVIDER_CALL_DAYS: integer(400, { min: 1, max: 4_000 }).means(
    'Days for which calls to payment providers and their answers are kept.',
  ),
};
export type PaymentsSettings = Settings<typeof settings>;

export const PAYMENTS_SETTINGS = Symbol('settings of payments');
export const paymentsSettings = {
  provide: PAYMENTS_SETTINGS,
  inject: [SETTINGS],
  useFactory: (read: ReadSettings): PaymentsSettings => read(settings),
};
