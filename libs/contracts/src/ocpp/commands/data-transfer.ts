import { Type } from 'typebox';
import { optional, text } from '../../fields.js';

/** OCPP 2.x functional block P: what vendors have agreed on. */
export const dataTransfer = [
  Type.Object({
    name: Type.Literal('DataTransfer'),
    vendorId: text(255),
    messageId: optional(text(50)),
    data: optional(Type.Unknown()),
  }),
] as const;
