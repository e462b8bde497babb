import { idTokenInfo, idTokenOf } from './id-token.js';
import type { FromStation2 } from './versions.js';

/** OCPP 2.x C01–C06. */
export const authorize: FromStation2<'Authorize'> = async ({ idToken }, call, abilities) => ({
  idTokenInfo: idTokenInfo(await abilities.authorize(call, { idToken: idTokenOf(idToken) })),
});
