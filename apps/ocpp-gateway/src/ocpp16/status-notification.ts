import { type ConnectorStatus, ConnectorStatusChanged, newEvent, present } from '@chargemesh/contracts';
import type { Request } from '@chargemesh/ocpp';
import { instant } from '../meter/samples.js';
import { envelopeOf, messageIdentity } from '../station/message-context.js';
import type { FromStation } from '../station/ports.js';
import { hasNoTime, wordAt } from '../station/flags.js';

type Status16 = Request<'ocpp1.6', 'StatusNotification'>['status'];

const STATUS: Readonly<Record<Status16 | 'Occupied', ConnectorStatus>> = {
  Available: 'Available',
  // Said by stations though 1.6 lacks it: in use, and nobody knows for what.
  Occupied: 'Occupied',
  Preparing: 'Occupied',
  Charging: 'Occupied',
  SuspendedEVSE: 'Occupied',
  SuspendedEV: 'Occupied',
  Finishing: 'Occupied',
  Reserved: 'Reserved',
  Unavailable: 'Unavailable',
  Faulted: 'Faulted',
};

/** OCPP 1.6 §4.9. Connector N is EVSE N with one connector; connector 0 is the station itself. */
export const statusNotification: FromStation<'ocpp1.6', 'StatusNotification', 'events' | 'transactionIds'> = async (
  request,
  context,
  { events, transactionIds },
) => {
  const changed = {
    ...messageIdentity(context, request),
    evseId: request.connectorId,
    connectorId: request.connectorId === 0 ? 0 : 1,
    status: STATUS[request.status],
    detail: (request.status as string) === 'Occupied' ? undefined : request.status,
    errorCode: request.errorCode === 'NoError' ? undefined : request.errorCode,
    // An error code of the station's own is read as `OtherError`; its text is kept here.
    vendorErrorCode: request.vendorErrorCode || wordAt(context, '/errorCode'),
    info: request.info || wordAt(context, '/status'),
    at: request.timestamp ? instant(request.timestamp) : context.receivedAt,
  };
  if (request.timestamp && !hasNoTime(context)) context.toldTimes?.said(changed.at, context);
  await transactionIds.connectorStatus(context, request.connectorId, request.status === 'Available');
  await events.append([newEvent(ConnectorStatusChanged, { ...envelopeOf(context), data: present(changed) })]);
  return {};
};
