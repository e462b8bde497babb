import { bulkController } from '@chargemesh/service';
import { TokenBody, TokenParams } from './tokens.schema.js';
import { TokensService, locksOf } from './tokens.service.js';

export const TokensBulkController = bulkController('sessions', {
  path: 'tokens',
  summary: 'Create or change tokens',
  params: TokenParams,
  body: TokenBody,
  service: TokensService,
  locks: ({ uid }, caller) => locksOf(caller, uid),
  put: async (tokens, caller) => {
    const own = await tokens.partyOf(caller);
    return (tx, { uid }, body) => tokens.putIn(tx, caller, own, uid, body);
  },
});
