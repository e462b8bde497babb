import type { FromStation2 } from './versions.js';

/** OCPP 2.x G02. Nothing is kept of it: the socket itself tells that the station is there. */
export const heartbeat: FromStation2<'Heartbeat'> = (_request, { receivedAt }) => ({ currentTime: receivedAt });
