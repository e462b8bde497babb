import { idTokenInfo, idTokenOf } from './id-token.js';
import type { FromStation2 } from './versions.js';

/** OCPP 2.x C01–C06. */
export const authorize: FromStation2<'Authorize', 'authorization'> = async ({ idToken }, call, { authorization }) => ({
  idTokenInfo: idTokenInfo(await authorization.authorize(call, { idToken: idTokenOf(idToken) })),
});
