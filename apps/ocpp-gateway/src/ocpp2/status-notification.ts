import { ConnectorStatusChanged, newEvent } from '@chargemesh/contracts';
import { instant } from '../meter/samples.js';
import { hasNoTime } from '../station/flags.js';
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
  if (!hasNoTime(context)) context.toldTimes?.said(data.at, context);
  await events.append([newEvent(ConnectorStatusChanged, { ...envelopeOf(context), data })]);
  return {};
};
