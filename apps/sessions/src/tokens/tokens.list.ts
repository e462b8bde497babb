import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Token } from './token.entity.js';

export const tokensList = new ApiList(
  new KeysetList({ from: Token, key: { uid: 'text', country_code: 'text', party_id: 'text' } }),
);
