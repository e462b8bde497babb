import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Partner } from './partner.entity.js';

export const partnersList = new ApiList(new KeysetList({ from: Partner, key: { partner_id: 'uuid' } }));
