import {
  ChosenUuid,
  ConnectorCapability,
  ConnectorId,
  ConnectorKind,
  ConnectorStandard,
  ConnectorStatus,
  EvseDevice,
  Instant,
  OcppVersion,
  PublicEvse,
  StationId,
  Uuid,
  matching,
  text,
} from '@chargemesh/contracts';
import { ETag, nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';

const Number1 = Type.Integer({ minimum: 1, maximum: 1_000_000 });
const SecurityProfile = Type.Integer({ minimum: 0, maximum: 3 });
const HeartbeatIntervalS = Type.Integer({ minimum: 1, maximum: 86_400 });

/** As OCPI's `evse_id` has to be. */
const EvseRef = matching(
  '^[A-Z]{2}\\*?[A-Z0-9]{3}\\*?E[A-Z0-9][A-Z0-9*]{0,30}$',
  'an EVSE id of eMI3, such as DE*ABC*E1234',
  { maxLength: 48 },
);

export const EvseBody = Type.Object({
  evseId: Number1,
  /** OCPI `evse.uid`; the EVSE keeps the one it has, a new one gets a UUID, unless given. */
  evseUid: Type.Optional(Type.String({ minLength: 1, maxLength: 36 })),
  evseRef: Type.Optional(EvseRef),
  ...PublicEvse,
  connectors: Type.Array(
    Type.Object({
      connectorId: Number1,
      ...ConnectorKind,
      standard: ConnectorStandard,
      capabilities: Type.Optional(Type.Array(ConnectorCapability, { maxItems: 2, uniqueItems: true })),
    }),
    { minItems: 1, maxItems: 20 },
  ),
});
export type EvseBody = Static<typeof EvseBody>;
nameSchemas({ EvseBody });

export const StationBody = Type.Object({
  locationId: Type.Optional(ChosenUuid),
  /** Left out: as it is, false for a new station. */
  released: Type.Optional(Type.Boolean()),
  /** OCPP security profile; 1 unless given. */
  securityProfile: Type.Optional(SecurityProfile),
  /** Told to the station at boot, in seconds; 300 unless given. */
  heartbeatIntervalS: Type.Optional(HeartbeatIntervalS),
  evses: Type.Array(EvseBody, { maxItems: 200 }),
});
export type StationBody = Static<typeof StationBody>;

export const StationView = Type.Object({
  stationId: StationId,
  locationId: Type.Optional(Uuid),
  released: Type.Boolean(),
  securityProfile: SecurityProfile,
  heartbeatIntervalS: HeartbeatIntervalS,
  connected: Type.Boolean(),
  ocppVersion: Type.Optional(OcppVersion),
  vendor: Type.Optional(text(50)),
  model: Type.Optional(text(50)),
  serialNumber: Type.Optional(text(50)),
  firmwareVersion: Type.Optional(text(50)),
  status: Type.Optional(ConnectorStatus),
  statusAt: Type.Optional(Instant),
  evses: Type.Array(EvseDevice),
});
export type StationView = Static<typeof StationView>;
/** Of what is configured: who edits it is not in the way of a station that reports something, nor the other way round. */
export const stationTag = new ETag<StationView>(
  ({ stationId, locationId, released, securityProfile, heartbeatIntervalS, evses }) => ({
    ...{ stationId, locationId, released, securityProfile, heartbeatIntervalS },
    evses: evses.map((evse) => ({ ...evse, connectors: evse.connectors.map(configured) })),
  }),
);

function configured({ status: _status, statusAt: _at, ...connector }: EvseDevice['connectors'][number]) {
  return connector;
}

export const StationParams = Type.Object({ stationId: StationId });

export const VariableView = Type.Object({
  component: text(50),
  instance: Type.Optional(text(50)),
  /** 0 is the station. */
  evseId: ConnectorId,
  variable: text(50),
  variableInstance: Type.Optional(text(50)),
  value: Type.Optional(text(2_500)),
  mutability: Type.Optional(text(20)),
  reportedAt: Instant,
});
export type VariableView = Static<typeof VariableView>;

export const CredentialsBody = Type.Object({
  /** OCPP passwordString; 20 random letters and digits unless given. */
  password: Type.Optional(
    matching('^[A-Za-z0-9*_=:+|@.-]{16,40}$', '16 to 40 letters, digits or any of * - _ = : + | @ .'),
  ),
});
export type CredentialsBody = Static<typeof CredentialsBody>;

export const CredentialsView = Type.Object({
  /** Shown in this answer only. */
  password: text(40),
});
export type CredentialsView = Static<typeof CredentialsView>;

nameSchemas({
  StationBody,
  Station: StationView,
  StationVariable: VariableView,
  StationPasswordBody: CredentialsBody,
  StationPassword: CredentialsView,
});
