import { idTokenInfo, idTokenOf } from './id-token.js';
import type { FromStation2 } from './versions.js';

/** OCPP 2.x C01–C06. */
export const authorize: FromStation2<'Authorize', 'authorization'> = async (
  { idToken },
  context,
  { authorization },
) => ({
  idTokenInfo: idTokenInfo(await authorization.authorize(context, { idToken: idTokenOf(idToken) })),
});
