import type { ProviderAccount } from '../accounts/provider-account.entity.js';

export const WEBHOOKS = 'pay/webhooks';

/** Where a provider sends what it has to say of an account's payments. */
export function webhookPath({ provider, operatorId, accountId }: Omit<ProviderAccount, 'createdAt'>): string {
  return `/${WEBHOOKS}/${provider}/${operatorId}/${accountId}`;
}
