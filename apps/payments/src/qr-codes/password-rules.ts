import { Type } from 'typebox';

/** As a station has them in `WebPaymentsCtrlr` (OCPP 2.1). */
export const passwordRules = {
  validityS: Type.Integer({ minimum: 6, maximum: 3_600 }),
  length: Type.Integer({ minimum: 6, maximum: 64 }),
};
