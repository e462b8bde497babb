import { Type } from 'typebox';
import { EvseId } from '../../fields.js';

/** OCPP 2.x functional block C, of drivers without a contract; of OCPP 2.1 only. */
export const adHocPayment = [
  /** Somebody is at the page where an EVSE is paid for, for at most so many seconds: the station may say so. */
  Type.Object({
    name: Type.Literal('NotifyWebPaymentStarted'),
    evseId: EvseId,
    timeoutS: Type.Integer({ minimum: 1, maximum: 86_400 }),
  }),
] as const;
