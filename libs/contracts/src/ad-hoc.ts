import { Type, type Static } from 'typebox';
import { event, hours, topic } from './contract.js';
import {
  Country,
  Currency,
  DecimalString,
  EvseId,
  Instant,
  StationId,
  TimeZone,
  Uuid,
  oneOf,
  optional,
  text,
} from './fields.js';
import { ChargingLimit } from './ocpp/vocabulary.js';

/** What does a driver without a contract pay here? Asked by payments while a driver's browser waits. */
export const adHocPriceRequests = topic('tariffs.ad-hoc-price-requests.v1', {
  key: ['stationId'],
  retentionMs: hours(1),
});
/** Answers, read by every process of payments; each takes its own. */
export const adHocPriceReplies = topic('tariffs.ad-hoc-price-replies.v1', {
  key: ['stationId'],
  retentionMs: hours(1),
});
/** Starts and stops that somebody asks for whose right to charge was settled before: who pays ad hoc. */
export const startRequests = topic('sessions.start-requests.v1', { key: ['requestId'] });
/** What became of them. */
export const startResults = topic('sessions.start-results.v1', { key: ['requestId'] });

/** The price that a driver was shown and said yes to: the session is billed by it, whatever is published meanwhile. */
export const AgreedPrice = Type.Object({
  tariffId: Uuid,
  tariffVersion: Type.Integer({ minimum: 1 }),
  /** Percent, of components that name no rate of their own. */
  vatPercent: optional(DecimalString),
});
export type AgreedPrice = Static<typeof AgreedPrice>;

/** A price in words and figures, in the order in which the law wants them (AFIR, article 5(4)). */
export const ShownPrice = Type.Object({
  kind: oneOf('energy', 'minute', 'session', 'other'),
  component: oneOf('ENERGY', 'TIME', 'PARKING_TIME', 'FLAT', 'DAY_CAP', 'SESSION_CAP', 'MINIMUM', 'MAXIMUM'),
  /** Exact, of one kWh, one minute, or once, taxes included where they are known. */
  amount: DecimalString,
  taxPercent: optional(DecimalString),
  text: text(500),
});
export type ShownPrice = Static<typeof ShownPrice>;

const asked = {
  requestId: Uuid,
  /** The asking process; others ignore the reply. */
  replyTo: text(64),
  /** After this moment nobody waits for the answer. */
  expiresAt: Instant,
  stationId: StationId,
  evseId: EvseId,
};

export const AdHocPriceRequested = event(adHocPriceRequests, 'ad-hoc-price-requested', {
  identity: ['requestId'],
  data: {
    ...asked,
    at: Instant,
    /** Of the words, ISO 639-1; the location's, or English, where there are none in it. */
    language: optional(Type.String({ minLength: 2, maxLength: 2 })),
  },
});

export const AdHocPriceAnswered = event(adHocPriceReplies, 'ad-hoc-price-answered', {
  identity: ['requestId'],
  data: {
    ...asked,
    /** Absent where no tariff applies to drivers without a contract. */
    offer: optional(
      Type.Object({
        price: AgreedPrice,
        currency: Currency,
        country: optional(Country),
        timeZone: TimeZone,
        /** Of what is said in words, BCP 47. */
        locale: text(10),
        /** What the tariff wants held before the start, taxes included (OCPI `preauthorize_amount`). */
        preauthorizeAmount: optional(DecimalString),
        prices: Type.Array(ShownPrice, { maxItems: 200 }),
        /** What a kWh costs at least from an amount of energy on, whenever that flows, ascending from 0; taxes included where they are known. */
        leastPerKwh: optional(
          Type.Array(Type.Object({ fromKwh: DecimalString, amount: DecimalString }), { minItems: 1, maxItems: 100 }),
        ),
        /** What a bill by it would be flagged with, such as `outside-validity`. */
        notes: Type.Array(text(40), { maxItems: 50 }),
      }),
    ),
  },
});

/**
 * Sessions makes a token for it that may charge at this EVSE only and not after `expiresAt`, and asks the station to start.
 * Sent again it changes nothing.
 */
export const StartRequested = event(startRequests, 'start-requested', {
  identity: ['requestId'],
  data: {
    requestId: Uuid,
    stationId: StationId,
    evseId: EvseId,
    /** Unguessable, of at most 20 characters, for that is what OCPP 1.6 has. */
    tokenUid: text(20),
    price: AgreedPrice,
    /** The driver plugs in before it; what begins later is stopped. */
    expiresAt: Instant,
    /** Who asked has it stopped there in any case. */
    limit: optional(ChargingLimit),
  },
});

/** Ends what a start request began, or withdraws it: a session that begins on its token later is stopped at once. */
export const StopRequested = event(startRequests, 'stop-requested', {
  identity: ['requestId', 'stopId'],
  data: {
    requestId: Uuid,
    /** Of this asking; a stop that did nothing is asked for again under another one. */
    stopId: Uuid,
    reason: oneOf('driver', 'limit', 'released', 'operator'),
  },
});

/** The first final word on a start request. */
export const StartAnswered = event(startResults, 'start-answered', {
  identity: ['requestId'],
  data: {
    requestId: Uuid,
    stationId: StationId,
    evseId: EvseId,
    /** `unknown`: it may have started; a session tells, if so. */
    status: oneOf('accepted', 'rejected', 'not-connected', 'evse-unknown', 'timed-out', 'unknown'),
    detail: optional(text(500)),
    at: Instant,
  },
});

export const StopAnswered = event(startResults, 'stop-answered', {
  identity: ['requestId', 'stopId'],
  data: {
    requestId: Uuid,
    stopId: Uuid,
    /** `nothing-to-stop`: there was no session; none can begin any more. */
    status: oneOf('accepted', 'rejected', 'not-connected', 'timed-out', 'unknown', 'nothing-to-stop'),
    detail: optional(text(500)),
    at: Instant,
  },
});
