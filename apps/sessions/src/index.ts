import type { ServiceDefinition } from '@chargemesh/service';
import { settings } from './config.js';
import { RemoteRequest } from './commands/remote-request.entity.js';
import { SessionTables1700300000000 } from './migrations/1700300000000-sessions.js';
import { SessionIdling1700300000400 } from './migrations/1700300000400-session-idling.js';
import { SessionCorrections1700300000500 } from './migrations/1700300000500-session-corrections.js';
import { SignedVerdicts1700300000600 } from './migrations/1700300000600-signed-verdicts.js';
import { SessionsToReview1700300000700 } from './migrations/1700300000700-sessions-to-review.js';
import { RegistersByRole1900300001100 } from './migrations/1900300001100-registers-by-role.js';
import { HeldSessions1900300001200 } from './migrations/1900300001200-held-sessions.js';
import { InferredEnds1900300002100 } from './migrations/1900300002100-inferred-ends.js';
import { IntervalEnergy1900300002200 } from './migrations/1900300002200-interval-energy.js';
import { UnknownEnds1900300004001 } from './migrations/1900300004001-unknown-ends.js';
import { WaitingEnds1900300004002 } from './migrations/1900300004002-waiting-ends.js';
import { MeterValuesReceivedAt1900300006001 } from './migrations/1900300006001-meter-values-received-at.js';
import { SessionProofs1900300008001 } from './migrations/1900300008001-session-proofs.js';
import { ReusedTransactions1900300009100 } from './migrations/1900300009100-reused-transactions.js';
import { HeldWithoutEnd1900400012001 } from './migrations/1900400012001-held-without-end.js';
import { RemoteRequestsUnsettled1900400019101 } from './migrations/1900400019101-remote-requests-unsettled.js';
import { ReadingsDoubtful1900400020002 } from './migrations/1900400020002-readings-doubtful.js';
import { TokensAnyCase1900400030002 } from './migrations/1900400030002-tokens-any-case.js';
import { SeriesOfRegisters1900400090101 } from './migrations/1900400090101-series-of-registers.js';
import { StationClocks1900400091001 } from './migrations/1900400091001-station-clocks.js';
import { IntervalsOfAMoment1900400110001 } from './migrations/1900400110001-intervals-of-a-moment.js';
import { RegistersUnreadable1900400130001 } from './migrations/1900400130001-registers-unreadable.js';
import { StartTimesDoubtful1900400130003 } from './migrations/1900400130003-start-times-doubtful.js';
import { PlacesUnknown1900400138002 } from './migrations/1900400138002-places-unknown.js';
import { TimelineBase1900400190001 } from './migrations/1900400190001-timeline-base.js';
import { SilentAndUnread1900400193001 } from './migrations/1900400193001-silent-and-unread.js';
import { FinalWithoutEnd1900400193211 } from './migrations/1900400193211-final-without-end.js';
import { EnergyOutOfSight1900400194101 } from './migrations/1900400194101-energy-out-of-sight.js';
import { EnergyBetween1900400220101 } from './migrations/1900400220101-energy-between.js';
import { ConnectorsStatedAt1900400220201 } from './migrations/1900400220201-connectors-stated-at.js';
import { MatchedMessages1900400220301 } from './migrations/1900400220301-matched-messages.js';
import { ReadingsUnnamed1900400220401 } from './migrations/1900400220401-readings-unnamed.js';
import { FreeBy1900400220501 } from './migrations/1900400220501-free-by.js';
import { SessionsListed1900400240010 } from './migrations/1900400240010-listed.js';
import { SessionsToldFinal1900400250001 } from './migrations/1900400250001-sessions-told-final.js';
import { EnergyTwice1900400260101 } from './migrations/1900400260101-energy-twice.js';
import { ChargingStates1900400340001 } from './migrations/1900400340001-charging-states.js';
import { EndedBy1900400342001 } from './migrations/1900400342001-ended-by.js';
import { ReviewFlags1900400399001 } from './migrations/1900400399001-review-flags.js';
import { BilledFrom1900400410001 } from './migrations/1900400410001-billed-from.js';
import { WordsBeforeStarts1900400410002 } from './migrations/1900400410002-words-before-starts.js';
import { NamedStarts1900400410003 } from './migrations/1900400410003-named-starts.js';
import { WaitingReadings1900400410004 } from './migrations/1900400410004-waiting-readings.js';
import { SessionsOfTokens1900400440010 } from './migrations/1900400440010-sessions-of-tokens.js';
import { ResetsToReview1900400490001 } from './migrations/1900400490001-resets-to-review.js';
import { StartRequests1900400550001 } from './migrations/1900400550001-start-requests.js';
import { FreeTimesSaid1900400610001 } from './migrations/1900400610001-free-times-said.js';
import { UnstartedSessions1900400610002 } from './migrations/1900400610002-unstarted-sessions.js';
import { MetersToReview1900400610003 } from './migrations/1900400610003-meters-to-review.js';
import { OverlapsToReview1900400690001 } from './migrations/1900400690001-overlaps-to-review.js';
import { ChargingLimits1900400720003 } from './migrations/1900400720003-charging-limits.js';
import { TokensOfStarts1900400720002 } from './migrations/1900400720002-tokens-of-starts.js';
import { UnservedAt1900750000001 } from './migrations/1900750000001-unserved-at.js';
import { LimitsAsked1900610000149 } from './migrations/1900610000149-limits-asked.js';
import { PartnerTokens1900730000001 } from './migrations/1900730000001-partner-tokens.js';
import { RefusedTokens1900500200001 } from './migrations/1900500200001-refused-tokens.js';
import { TokensRefused1900700000002 } from './migrations/1900700000002-tokens-refused.js';
import { ReadingsShown1900700000001 } from './migrations/1900700000001-readings-shown.js';
import { FreeReadings1900600000351 } from './migrations/1900600000351-free-readings.js';
import { SessionsModule } from './sessions.module.js';
import { StartRequest } from './start-requests/start-request.entity.js';
import { Token } from './tokens/token.entity.js';
import { SessionRow } from './transactions/session.entity.js';

/** Who may charge, what is being charged, and starting and stopping it. */
export const sessionsService: ServiceDefinition = {
  name: 'sessions',
  schema: 'sessions',
  module: SessionsModule,
  settings,
  entities: [SessionRow, Token, RemoteRequest, StartRequest],
  migrations: [
    SessionTables1700300000000,
    SessionIdling1700300000400,
    SessionCorrections1700300000500,
    SignedVerdicts1700300000600,
    SessionsToReview1700300000700,
    RegistersByRole1900300001100,
    HeldSessions1900300001200,
    InferredEnds1900300002100,
    IntervalEnergy1900300002200,
    UnknownEnds1900300004001,
    WaitingEnds1900300004002,
    MeterValuesReceivedAt1900300006001,
    SessionProofs1900300008001,
    ReusedTransactions1900300009100,
    HeldWithoutEnd1900400012001,
    RemoteRequestsUnsettled1900400019101,
    ReadingsDoubtful1900400020002,
    TokensAnyCase1900400030002,
    SeriesOfRegisters1900400090101,
    StationClocks1900400091001,
    IntervalsOfAMoment1900400110001,
    RegistersUnreadable1900400130001,
    StartTimesDoubtful1900400130003,
    PlacesUnknown1900400138002,
    TimelineBase1900400190001,
    SilentAndUnread1900400193001,
    FinalWithoutEnd1900400193211,
    EnergyOutOfSight1900400194101,
    EnergyBetween1900400220101,
    ConnectorsStatedAt1900400220201,
    MatchedMessages1900400220301,
    ReadingsUnnamed1900400220401,
    FreeBy1900400220501,
    SessionsListed1900400240010,
    SessionsToldFinal1900400250001,
    EnergyTwice1900400260101,
    ChargingStates1900400340001,
    EndedBy1900400342001,
    ReviewFlags1900400399001,
    BilledFrom1900400410001,
    WordsBeforeStarts1900400410002,
    NamedStarts1900400410003,
    WaitingReadings1900400410004,
    SessionsOfTokens1900400440010,
    ResetsToReview1900400490001,
    StartRequests1900400550001,
    FreeTimesSaid1900400610001,
    UnstartedSessions1900400610002,
    MetersToReview1900400610003,
    OverlapsToReview1900400690001,
    TokensOfStarts1900400720002,
    ChargingLimits1900400720003,
    RefusedTokens1900500200001,
    FreeReadings1900600000351,
    LimitsAsked1900610000149,
    ReadingsShown1900700000001,
    TokensRefused1900700000002,
    PartnerTokens1900730000001,
    UnservedAt1900750000001,
  ],
};
