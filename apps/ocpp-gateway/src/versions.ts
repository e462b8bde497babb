import type { Subprotocol } from '@chargemesh/ocpp';
import { ocpp16 } from './ocpp16/messages.js';
import { ocpp201, ocpp21 } from './ocpp2/messages.js';
import type { GatewayProtocol } from './station/protocol.js';

/** The supported versions of OCPP. */
export const protocols: Readonly<Record<Subprotocol, GatewayProtocol>> = {
  'ocpp1.6': ocpp16,
  'ocpp2.0.1': ocpp201,
  'ocpp2.1': ocpp21,
};
