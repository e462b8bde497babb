import type { FromStation } from '../station/call.js';

/** OCPP 1.6 §4.6. Nothing is kept of it: the socket itself tells that the station is there. */
export const heartbeat: FromStation<'ocpp1.6', 'Heartbeat'> = (_request, { receivedAt }) => ({
  currentTime: receivedAt,
});
