import {
  ChargingState,
  ConnectorId,
  EvseId,
  Instant,
  SampledValue,
  SessionConnector,
  SessionDecision,
  SessionLocation,
  SessionToken,
  SignedValue,
  SignedVerdict,
  StationId,
  TransactionId,
  UnreadValue,
  Uuid,
  WattHours,
  oneOf,
  text,
} from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { Type } from 'typebox';

export const SessionStatus = oneOf('pending', 'active', 'ended', 'held', 'finalized');

export const SessionParams = Type.Object({ id: Uuid });

/** What of the sessions is followed live. */
export const LiveQuery = Type.Object({ stationId: Type.Optional(StationId) });

/** From when on what was said is said again; and of how many it is. */
export const ReplayBody = Type.Object({ since: Instant });
export const ReplayView = Type.Object({ replayed: Type.Integer() });

export const SessionView = Type.Object({
  id: Uuid,
  stationId: StationId,
  transactionId: TransactionId,
  /**
   * `pending` without a known start or place, `ended` while something may still come, `held` until somebody decides what
   * is billed, `finalized` for good.
   */
  status: SessionStatus,
  evseId: Type.Optional(EvseId),
  connectorId: Type.Optional(ConnectorId),
  tokenUid: Type.Optional(text(255)),
  token: Type.Optional(SessionToken),
  location: Type.Optional(SessionLocation),
  connector: Type.Optional(SessionConnector),
  /** From when it is billed: once somebody was authorized, or it charged. */
  startedAt: Type.Optional(Instant),
  /** When its transaction began, where that was before: with the cable, say. */
  transactionStartedAt: Type.Optional(Instant),
  endedAt: Type.Optional(Instant),
  stopReason: Type.Optional(text(50)),
  energyWh: WattHours,
  finalizedAt: Type.Optional(Instant),
  /** What the signed meter values are worth, once it is final; absent without any. */
  signedVerdict: Type.Optional(SignedVerdict),
  /** The pages of the meter that prove its energy; of one session only. */
  provenBy: Type.Optional(
    Type.Object({
      firstPage: text(20),
      lastPage: text(20),
      /** Pages between these and those of the session before, which nobody told: a note, nothing more. */
      missingBefore: Type.Integer({ minimum: 0 }),
    }),
  ),
  /** When late facts last changed what was final. */
  correctedAt: Type.Optional(Instant),
  /** Why somebody should look at it, in codes and in words. */
  review: Type.Optional(Type.Object({ reasons: Type.Array(text(30)), explanation: text(1_000) })),
  /** What is known of the register while it is held, in Wh. */
  held: Type.Optional(
    Type.Object({
      beginWh: Type.Optional(Type.Number()),
      endWh: Type.Optional(Type.Number()),
      lastPlausibleWh: Type.Optional(Type.Number()),
      /** At which the next session at its EVSE began, where that is far higher. */
      nextBeginWh: Type.Optional(Type.Number()),
      /** What is billed up to the last plausible reading. */
      plausibleEnergyWh: WattHours,
    }),
  ),
  /** What somebody decided of it. */
  decision: Type.Optional(SessionDecision),
  flags: Type.Array(text(30)),
  /** Facts that came after the session was final. */
  lateFacts: Type.Integer({ minimum: 0 }),
});

const about = {
  /** Where it was, if it is held for that (`place-unknown`). */
  evseId: Type.Optional(EvseId),
  /** When it began and ended, if somebody knows better than its station's clock; neither later than it was told. */
  startedAt: Type.Optional(Instant),
  endedAt: Type.Optional(Instant),
  note: Type.Optional(text(500)),
};

/** What is billed of a session that is held, or flagged for a review. */
export const DecisionBody = Type.Union([
  Type.Object({
    /**
     * `difference`: end less begin; `last-plausible`: up to the last plausible reading; `nothing`: no energy; `as-billed`: what
     * is billed already of one that is not held.
     */
    bill: oneOf('difference', 'last-plausible', 'nothing', 'as-billed'),
    ...about,
  }),
  Type.Object({
    bill: Type.Literal('value'),
    energyWh: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
    ...about,
  }),
]);

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
  others: Type.Optional(Type.Array(Type.Union([SampledValue, UnreadValue]))),
  signed: Type.Optional(Type.Array(SignedValue)),
});

nameSchemas({
  SessionReplayBody: ReplayBody,
  SessionReplay: ReplayView,
  Session: SessionView,
  SessionDecisionBody: DecisionBody,
  MeterValue: MeterValueView,
});
