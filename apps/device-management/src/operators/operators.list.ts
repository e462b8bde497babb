import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { ApiKey } from './api-key.entity.js';
import { Operator } from './operator.entity.js';

export const operatorsList = new ApiList(new KeysetList({ from: Operator, key: { operator_id: 'uuid' } }));

export const apiKeysList = new ApiList(
  new KeysetList({ from: ApiKey, where: 'NOT t.deleted', key: { api_key_id: 'uuid' } }),
);
