import type { IdToken } from '@chargemesh/contracts';
import type { Response } from '@chargemesh/ocpp';
import type { Authorization } from '../authorization/authorization.js';
import { tokenOf } from '../authorization/token.js';

type IdTokenInfo = Response<'ocpp2.0.1', 'Authorize'>['idTokenInfo'] & Response<'ocpp2.1', 'Authorize'>['idTokenInfo'];

/** The token of a 2.x message; `NoAuthorization` comes with an empty value and is named by its kind. */
export function idTokenOf({ idToken, type }: { idToken: string; type: string }): IdToken {
  return tokenOf(idToken || type, type);
}

/** An authorization as OCPP 2.x IdTokenInfoType. */
export function idTokenInfo({ status, groupId, cacheUntil }: Authorization): IdTokenInfo {
  return {
    status,
    ...(cacheUntil ? { cacheExpiryDateTime: cacheUntil } : {}),
    ...(groupId ? { groupIdToken: { idToken: groupId, type: 'Central' } } : {}),
  };
}
