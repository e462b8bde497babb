import { Instant, oneOf } from '@chargemesh/contracts';
import { Type } from 'typebox';

export const ExportQuery = Type.Object({
  format: oneOf('csv', 'json'),
  /** Issued since then. */
  from: Type.Optional(Instant),
  /** Issued before then; when it is asked for, if absent. */
  to: Type.Optional(Instant),
  /** One row per line of the price instead of one per CDR; JSON has them in any case. */
  lines: Type.Optional(Type.Boolean()),
});
