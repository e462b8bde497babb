import { connectorStatus } from './connector-status.js';
import type { FromStation2 } from './versions.js';

/** OCPP 2.x G01. */
export const statusNotification: FromStation2<'StatusNotification', 'events'> = async (
  request,
  context,
  { events },
) => {
  const { evseId, connectorId, connectorStatus: status, timestamp } = request;
  await events.append([connectorStatus({ evseId, connectorId, status, timestamp }, context, request)]);
  return {};
};
