import { EvseId, Instant, StationId, Uuid, oneOf, text } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';

export const StationTariffView = Type.Object({
  stationId: StationId,
  evseId: EvseId,
  /** Absent: it was told that there is no price. */
  tariffId: Type.Optional(Uuid),
  tariffVersion: Type.Optional(Type.Integer({ minimum: 1 })),
  /** The tariff's id at the station; another content has another one. */
  saidAs: Type.Optional(text(60)),
  /** `pending` until the station has answered; `inexpressible`: OCPP has no words, or the display no room, for the tariff. */
  status: oneOf('pending', 'inexpressible', 'accepted', 'rejected', 'not-supported', 'timed-out', 'failed', 'unknown'),
  /** The station's own words, or what OCPP has none for. */
  detail: Type.Optional(text(512)),
  changedAt: Instant,
});
export type StationTariffView = Static<typeof StationTariffView>;

nameSchemas({ StationTariff: StationTariffView });
