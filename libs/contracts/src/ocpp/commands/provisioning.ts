import { Type } from 'typebox';
import { EvseId, oneOf, optional, text } from '../../fields.js';

const Variable = { component: text(50), variable: text(50), evseId: optional(EvseId) };

/** OCPP 2.x functional block B: a station, its device model, and its restarts. */
export const provisioning = [
  Type.Object({ name: Type.Literal('Reset'), kind: oneOf('Immediate', 'OnIdle'), evseId: optional(EvseId) }),
  Type.Object({ name: Type.Literal('GetVariables'), variables: Type.Array(Type.Object(Variable), { maxItems: 100 }) }),
  Type.Object({
    name: Type.Literal('SetVariables'),
    variables: Type.Array(
      Type.Object({
        ...Variable,
        value: text(2_500),
        /** `value` is a secret that the gateway alone opens, on its way to the station (`sealContextOf`), in base64url. */
        sealed: optional(Type.Boolean()),
      }),
      { minItems: 1, maxItems: 100 },
    ),
  }),
  Type.Object({ name: Type.Literal('GetBaseReport'), requestId: Type.Integer(), report: text(30) }),
] as const;

/** What a sealed value is for: it is opened for no other station and no other variable. */
export function sealContextOf(stationId: string, { component, variable }: { component: string; variable: string }) {
  return `${component}.${variable} of ${stationId}`;
}
