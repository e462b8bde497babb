import {
  ChargingState,
  ConnectorId,
  EvseId,
  Instant,
  SampledValue,
  SessionConnector,
  SessionLocation,
  SessionToken,
  SignedValue,
  SignedVerdict,
  StationId,
  TransactionId,
  Uuid,
  WattHours,
  oneOf,
  text,
} from '@chargemesh/contracts';
import { OrderedPageQuery, PageQuery } from '@chargemesh/service';
import { Type } from 'typebox';

const SessionStatus = oneOf('pending', 'active', 'ended', 'finalized');

export const SessionParams = Type.Object({ id: Uuid });

export const SessionsQuery = Type.Object({
  ...OrderedPageQuery,
  stationId: Type.Optional(StationId),
  status: Type.Optional(SessionStatus),
  /** Only those that somebody should look at: flagged `late-facts` or `unverified`. */
  toReview: Type.Optional(Type.Boolean()),
});

export const SessionView = Type.Object({
  id: Uuid,
  stationId: StationId,
  transactionId: TransactionId,
  /** `pending` without a known start or place, `ended` while something may still come, `finalized` for good. */
  status: SessionStatus,
  evseId: Type.Optional(EvseId),
  connectorId: Type.Optional(ConnectorId),
  tokenUid: Type.Optional(text(255)),
  token: Type.Optional(SessionToken),
  location: Type.Optional(SessionLocation),
  connector: Type.Optional(SessionConnector),
  startedAt: Type.Optional(Instant),
  endedAt: Type.Optional(Instant),
  stopReason: Type.Optional(text(50)),
  energyWh: WattHours,
  finalizedAt: Type.Optional(Instant),
  /** What the signed meter values are worth, once it is final; absent without any. */
  signedVerdict: Type.Optional(SignedVerdict),
  /** When late facts last changed what was final. */
  correctedAt: Type.Optional(Instant),
  flags: Type.Array(text(30)),
  /** Facts that came after the session was final. */
  lateFacts: Type.Integer({ minimum: 0 }),
});

export const MeterValueView = Type.Object({
  at: Instant,
  energyWh: Type.Optional(Type.Number()),
  powerW: Type.Optional(Type.Number()),
  /** Over all phases, if the station says so itself. */
  currentA: Type.Optional(Type.Number()),
  currentL1A: Type.Optional(Type.Number()),
  currentL2A: Type.Optional(Type.Number()),
  currentL3A: Type.Optional(Type.Number()),
  voltageV: Type.Optional(Type.Number()),
  voltageL1V: Type.Optional(Type.Number()),
  voltageL2V: Type.Optional(Type.Number()),
  voltageL3V: Type.Optional(Type.Number()),
  /** Percent. */
  soc: Type.Optional(Type.Number()),
  chargingState: Type.Optional(ChargingState),
  others: Type.Optional(Type.Array(SampledValue)),
  signed: Type.Optional(Type.Array(SignedValue)),
});

export const MeterValuesQuery = Type.Object(PageQuery);
