import { type Static, Type } from 'typebox';
import { Instant, optional, text } from '../fields.js';

/** One measured value in its base unit: Wh, W, A, V, varh, var, VA, Percent, Celsius, Hertz. */
export const SampledValue = Type.Object({
  measurand: text(255),
  value: Type.Number(),
  unit: optional(text(255)),
  phase: optional(text(255)),
  location: optional(text(255)),
  context: optional(text(255)),
});
export type SampledValue = Static<typeof SampledValue>;

/** A measured value that may be several numbers, as the station wrote it (`1,234`); nothing follows from it. */
export const UnreadValue = Type.Object({
  ...Type.Omit(SampledValue, ['value']).properties,
  written: text(255),
});
export type UnreadValue = Static<typeof UnreadValue>;

/** Signed meter data, byte for byte as the station sent it. */
export const SignedValue = Type.Object({
  data: text(32_768),
  encoding: optional(text(50)),
  method: optional(text(50)),
  publicKey: optional(text(2_500)),
});
export type SignedValue = Static<typeof SignedValue>;

/** What was measured at one moment. */
export const MeterSample = Type.Object({
  at: Instant,
  values: Type.Array(SampledValue, { maxItems: 200 }),
  signed: optional(Type.Array(SignedValue, { maxItems: 50 })),
  unread: optional(Type.Array(UnreadValue, { maxItems: 200 })),
});
export type MeterSample = Static<typeof MeterSample>;
