import { ConnectorStatusChanged, newEvent } from '@chargemesh/contracts';
import { instant } from '../meter/samples.js';
import { envelopeOf, messageIdentity } from '../station/message-context.js';
import type { FromStation2 } from './versions.js';

/** OCPP 2.x G01. */
export const statusNotification: FromStation2<'StatusNotification', 'events'> = async (
  request,
  context,
  { events },
) => {
  const data = {
    ...messageIdentity(context, request),
    evseId: request.evseId,
    connectorId: request.connectorId,
    status: request.connectorStatus,
    at: instant(request.timestamp),
  };
  await events.append([newEvent(ConnectorStatusChanged, { ...envelopeOf(context), data })]);
  return {};
};
