import type { AuthorizationStatus, IdToken } from '@chargemesh/contracts';
import type { Response } from '@chargemesh/ocpp';
import type { Authorization } from '../authorization/authorization.js';
import { tokenOf } from '../authorization/token.js';

type IdTagInfo = Response<'ocpp1.6', 'Authorize'>['idTagInfo'];

const MAX_ID_TAG = 20;

/** OCPP 1.6 does not say what kind of token an idTag is; nearly all are cards. An empty one is none. */
export function idToken(idTag: string): IdToken | undefined {
  return idTag === '' ? undefined : tokenOf(idTag, 'ISO14443');
}

const KNOWN: ReadonlySet<string> = new Set(['Accepted', 'Blocked', 'Expired', 'ConcurrentTx']);

/** Says an authorization in OCPP 1.6's fewer words. */
export function idTagInfo({ status, groupId, cacheUntil }: Authorization): IdTagInfo {
  return {
    status: statusOf(status),
    ...(cacheUntil ? { expiryDate: cacheUntil } : {}),
    ...(groupId && groupId.length <= MAX_ID_TAG ? { parentIdTag: groupId } : {}),
  };
}

function statusOf(status: AuthorizationStatus): IdTagInfo['status'] {
  return KNOWN.has(status) ? (status as IdTagInfo['status']) : 'Invalid';
}
