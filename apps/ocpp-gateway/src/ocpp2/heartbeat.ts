import type { FromStation2 } from './versions.js';

/** OCPP 2.x G02. Nothing is stored: the open socket already shows that the station is connected. */
export const heartbeat: FromStation2<'Heartbeat'> = (_request, { receivedAt }) => ({ currentTime: receivedAt });
