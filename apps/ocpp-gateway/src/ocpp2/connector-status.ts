import { type ConnectorStatus, ConnectorStatusChanged, newEvent } from '@chargemesh/contracts';
import { instant } from '../meter/samples.js';
import { hasNoTime } from '../station/flags.js';
import { type MessageContext, envelopeOf, messageIdentity } from '../station/message-context.js';

interface Told {
  readonly evseId: number;
  readonly connectorId: number;
  readonly status: ConnectorStatus;
  /** As the station wrote it, or its arrival if it wrote none. */
  readonly timestamp: string;
}

/**
 * The state of a connector, whichever message tells it.
 * @param content what tells it from others of its message
 */
export function connectorStatus({ timestamp, ...told }: Told, context: MessageContext, content: object) {
  const data = { ...messageIdentity(context, content), ...told, at: instant(timestamp) };
  if (!hasNoTime(context)) context.toldTimes?.said(data.at, context);
  return newEvent(ConnectorStatusChanged, { ...envelopeOf(context), data });
}
