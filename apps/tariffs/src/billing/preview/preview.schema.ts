import { ChosenUuid, Currency, DecimalString, Instant, Uuid, text } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';
import { TariffBody } from '../../price-list/tariffs/tariffs.schema.js';

export const PreviewBody = Type.Object({
  /** What the tariff would be; its draft, if absent. */
  tariff: Type.Optional(TariffBody.properties.tariff),
  /** Whose sessions are priced anew: those of another tariff that it is to take over from; its own, if absent. */
  sessionsOf: Type.Optional(ChosenUuid),
  /** CDRs issued since then. */
  from: Instant,
  /** CDRs issued before then. */
  to: Instant,
  /** To go on where an earlier answer ended: its `nextCursor`. */
  cursor: Type.Optional(text(200)),
});
export type PreviewBody = Static<typeof PreviewBody>;

const Totals = Type.Object({ totalBeforeTaxes: DecimalString, totalInclTaxes: DecimalString });

export const PreviewView = Type.Object({
  tariffId: Uuid,
  currency: Currency,
  /** CDRs that were priced anew. Credits, and what they credit, are left out. */
  count: Type.Integer({ minimum: 0 }),
  /** CDRs that cannot be compared: of another currency, or of a session that cannot be rated. */
  skipped: Type.Integer({ minimum: 0 }),
  /** Whether there were no more; else ask for the rest with `nextCursor`, and add the answers up. */
  complete: Type.Boolean(),
  nextCursor: Type.Optional(text(200)),
  /** What the CDRs said, what they would have said, and how much more that is. */
  old: Totals,
  new: Totals,
  difference: Totals,
  dearer: Type.Integer({ minimum: 0 }),
  cheaper: Type.Integer({ minimum: 0 }),
  /** The ten that differ most, taxes included. */
  largest: Type.Array(
    Type.Object({
      cdrId: Uuid,
      number: text(39),
      sessionId: Uuid,
      oldInclTaxes: DecimalString,
      newInclTaxes: DecimalString,
      difference: DecimalString,
    }),
    { maxItems: 10 },
  ),
});
export type PreviewView = Static<typeof PreviewView>;

nameSchemas({ PricePreviewBody: PreviewBody, PricePreview: PreviewView });
