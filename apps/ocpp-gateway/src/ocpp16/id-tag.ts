import type { AuthorizationStatus, IdToken } from '@chargemesh/contracts';
import type { Response } from '@chargemesh/ocpp';
import type { Authorization } from '../authorization/authorization.js';
import { tokenOf } from '../authorization/token.js';

type IdTagInfo = Response<'ocpp1.6', 'Authorize'>['idTagInfo'];

const MAX_ID_TAG = 20;

/** OCPP 1.6 does not say what kind of token an idTag is; nearly all are cards. An empty one is none. */
export function idToken(idTag: string): IdToken | undefined {
  const tag = tagOf(idTag);
  return tag === '' ? undefined : tokenOf(tag, 'ISO14443');
}

/** The flag of an event whose idTag had something beside the tag. */
export function tagFlag(idTag: string | undefined): string | undefined {
  return idTag === undefined || tagOf(idTag) === idTag ? undefined : 'id-token-mended';
}

/** Payment terminals say `something;TAG`, or end a tag in `;NULL`: the tag is the last part that says anything. */
function tagOf(idTag: string): string {
  if (!idTag.includes(';')) return idTag;
  const parts = idTag.split(';').map((part) => part.trim());
  return parts.findLast((part) => part !== '' && part.toUpperCase() !== 'NULL') ?? '';
}

const KNOWN: ReadonlySet<string> = new Set(['Accepted', 'Blocked', 'Expired', 'ConcurrentTx']);

/** An authorization as OCPP 1.6 IdTagInfo, which has fewer statuses. */
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
