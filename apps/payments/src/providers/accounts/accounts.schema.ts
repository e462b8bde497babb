import { ChosenUuid, Currency, Instant, Uuid, matching, oneOf, optional, text } from '@chargemesh/contracts';
import { ETag, nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';
import { PROVIDERS } from '../provider.adapter.js';

export const AccountBody = Type.Object({
  provider: oneOf(...PROVIDERS),
  /** In which payments go to it; no other account of the operator that is enabled has one of them. */
  currencies: Type.Array(Currency, { minItems: 1, maxItems: 50, uniqueItems: true }),
  /** Of its secrets, which the deployment holds; never the secret itself. */
  secretName: matching('^[a-z0-9][a-z0-9-]{0,62}$', 'small letters, digits and hyphens, such as "stripe-main"'),
  /** The provider's public id of whom it pays, where its keys are for several; of Stripe a connected account (`acct_…`), of Adyen always. */
  merchantAccount: optional(matching('^[\\w-]{1,100}$', 'letters, digits, hyphens and underscores')),
  /** Of Adyen's live environment: what its addresses begin with; its test environment, if absent. */
  livePrefix: optional(
    matching('^[A-Za-z0-9-]{1,100}$', 'letters, digits and hyphens, such as "1797a841fbb37ca7-Company"'),
  ),
  /** Whether it takes new payments; those that it has are carried on in any case. */
  enabled: Type.Optional(Type.Boolean({ default: true })),
});
export type AccountBody = Static<typeof AccountBody>;

export const AccountView = Type.Object({
  id: Uuid,
  provider: oneOf(...PROVIDERS),
  currencies: Type.Array(Currency),
  secretName: text(63),
  merchantAccount: Type.Optional(text(100)),
  livePrefix: Type.Optional(text(100)),
  enabled: Type.Boolean(),
  /** New payments are taken when it is `ready`. */
  state: oneOf('ready', 'disabled', 'secret-missing', 'checkout-url-missing'),
  /** The secrets that the deployment does not have, by the names of their files. */
  missingSecrets: Type.Array(text(200)),
  /** Where the provider is to send its webhooks, below the address of the drivers' pages. */
  webhookPath: text(200),
  createdAt: Instant,
});
export type AccountView = Static<typeof AccountView>;
export const accountTag = new ETag<AccountView>(
  ({ state: _state, missingSecrets: _missing, webhookPath: _path, createdAt: _created, ...account }) => account,
);

export const AccountParams = Type.Object({ accountId: ChosenUuid });

nameSchemas({ ProviderAccountBody: AccountBody, ProviderAccount: AccountView });
