import type { FromStation } from '../station/ports.js';

/** OCPP 1.6 §4.6. Nothing is stored: the open socket already shows that the station is connected. */
export const heartbeat: FromStation<'ocpp1.6', 'Heartbeat'> = (_request, { receivedAt }) => ({
  currentTime: receivedAt,
});
