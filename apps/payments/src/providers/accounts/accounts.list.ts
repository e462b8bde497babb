import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { ProviderAccount } from './provider-account.entity.js';

/** An operator has few of them. */
export const accountsList = new ApiList(
  new KeysetList({ from: ProviderAccount, key: { account_id: 'uuid' }, readsAll: true }),
);
