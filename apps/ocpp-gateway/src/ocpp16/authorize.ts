import { REFUSED } from '../authorization/authorization.js';
import type { FromStation } from '../station/ports.js';
import { idTagInfo, idToken } from './id-tag.js';

/** OCPP 1.6 §4.1. */
export const authorize: FromStation<'ocpp1.6', 'Authorize', 'authorization'> = async (
  { idTag },
  context,
  { authorization },
) => {
  const token = idToken(idTag);
  return { idTagInfo: idTagInfo(token ? await authorization.authorize(context, { idToken: token }) : REFUSED) };
};
