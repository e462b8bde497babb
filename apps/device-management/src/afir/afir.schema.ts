import { Country, EvseId, StationId, Uuid, oneOf, optional, text } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { Type } from 'typebox';

const Day = Type.String({ format: 'date' });
const Watts = Type.Number({ minimum: 0 });

export const AfirGapView = Type.Object({
  stationId: StationId,
  evseId: EvseId,
  evseRef: optional(text(48)),
  locationId: Uuid,
  country: Country,
  maxPowerW: Watts,
  /** Without it, the EVSE counts as new. */
  operationalSince: optional(Day),
  /** By its name among the duties. */
  duty: text(50),
  /** `due-later`: from `from` on; `to-check`: met only if something is so that is not known here. */
  state: oneOf('falls-short', 'due-later', 'to-check'),
  from: Day,
  reason: text(500),
  source: text(200),
});

export const AfirDutyView = Type.Object({
  duty: text(50),
  place: oneOf('EU', 'UK'),
  asks: text(500),
  /** Which points it is for; what is left out does not matter. */
  points: Type.Object({
    minPowerW: optional(Watts),
    belowPowerW: optional(Watts),
    deployedFrom: optional(Day),
    powerType: optional(oneOf('DC')),
    onTenT: optional(Type.Literal(true)),
  }),
  from: Day,
  /** What it is told by, of what the platform knows of an EVSE; `untold`: by what its operator says of it (`dutiesTold` of the EVSE). */
  need: oneOf('terminal', 'contactless', 'means-of-payment', 'connection', 'fixed-cable', 'untold'),
  source: text(200),
  /** Whether the text itself was read, or what others say of it. */
  evidence: oneOf('primary', 'secondary'),
});
export const AfirDuties = Type.Object({ duties: Type.Array(AfirDutyView, { maxItems: 100 }) });

nameSchemas({ AfirGap: AfirGapView, AfirDuty: AfirDutyView, AfirDuties });
