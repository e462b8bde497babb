import { ConnectorStatusChanged, newEvent } from '@chargemesh/contracts';
import { instant } from '../meter/samples.js';
import { about, byMessage } from '../station/call.js';
import type { FromStation2 } from './versions.js';

/** OCPP 2.x G01. */
export const statusNotification: FromStation2<'StatusNotification', 'events'> = async (request, call, { events }) => {
  const data = {
    ...byMessage(call, request),
    evseId: request.evseId,
    connectorId: request.connectorId,
    status: request.connectorStatus,
    at: instant(request.timestamp),
  };
  await events.append([newEvent(ConnectorStatusChanged, { ...about(call), data })]);
  return {};
};
