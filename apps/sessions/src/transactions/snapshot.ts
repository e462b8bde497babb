import {
  type EventOf,
  type EvseDevice,
  type IdToken,
  LocationState,
  type OcppVersion,
  OperatorState,
  type SessionConnector,
  type SessionLocation,
  type SessionToken,
  type StationEvent,
  StationState,
  type TokenType,
  type TransactionStarted,
  type TransactionUpdated,
  anyCase,
  stations,
  connectorPower,
} from '@chargemesh/contracts';
import { DependencyMissing } from '@chargemesh/messaging';
import type { TokenStart } from '../start-requests/start-request.entity.js';
import { mayBeginEarlier } from './billed-from.js';
import { earlier, parseStationTime, saidAt } from './effective-time.js';
import { movesPlace, withFlags } from './facts.js';
import { areOfOneGroup } from './groups.js';
import type { Session } from './session.js';
import { START_FLAGS } from './token-starts.js';
import { showsClock } from './station-clock.js';

export interface KnownStation {
  readonly stationId: string;
  readonly operatorId: string;
  readonly locationId: string | null;
  readonly connected: boolean;
  /** Null until it is told anew. */
  readonly ocppVersion?: OcppVersion | null;
  readonly evses: readonly EvseDevice[];
}

/** What a start is seen against: the stations, locations, tokens and parties of the batch. */
export interface ReferenceData {
  readonly stations: ReadonlyMap<string, KnownStation>;
  readonly locations: ReadonlyMap<string, SessionLocation>;
  /** By operator and uid, as it was asked for. */
  readonly tokens: ReadonlyMap<string, SessionToken>;
  /** What was asked for by tokens that were made for it, by operator and token in the spelling by which tokens are compared. */
  readonly starts: ReadonlyMap<string, TokenStart>;
  /** By operator. */
  readonly parties: ReadonlyMap<string, { readonly countryCode: string; readonly partyId: string }>;
}

/** The kind of a token that a payment terminal of the station shows: nobody enters it, and the terminal vouches for it. */
export const DIRECT_PAYMENT = 'DirectPayment';

function isVouchedFor({ type }: Pick<IdToken, 'type'>): boolean {
  return type === DIRECT_PAYMENT;
}

/** OCPP id token kinds, in OCPI's words. */
const TOKEN_TYPES: Readonly<Record<string, TokenType>> = {
  Central: 'APP_USER',
  [DIRECT_PAYMENT]: 'AD_HOC_USER',
  eMAID: 'EMAID',
  ISO14443: 'RFID',
  ISO15693: 'RFID',
};

/** Said of a session whose EVSE nobody named, and whose connectors tell where it was. */
export const EVSE_ASSUMED = 'evse-assumed';
const PLACE_FLAGS: ReadonlySet<string> = new Set(['evse-unknown', EVSE_ASSUMED]);
/** Said of a session whose token may not charge. */
export const NOT_AUTHORIZED = 'not-authorized';
/** Said of a session for which two tokens were named that may charge: whose it is nobody knows. */
export const TOKENS_DIFFER = 'tokens-differ';
/** Said of a session of which the first token that is known came without the word that it is authorized: it may only stop it. */
const NAMED_IN_PASSING = 'named-in-passing';
const TOKEN_FLAGS: ReadonlySet<string> = new Set([
  ...['token-unknown', NOT_AUTHORIZED, 'authorized-by-default', TOKENS_DIFFER, NAMED_IN_PASSING, ...START_FLAGS],
]);
/** Said with a token that ends a transaction, and is not that of its driver. */
const STOPS = 'StopAuthorized';

type TokenEvent = EventOf<typeof TransactionStarted> | EventOf<typeof TransactionUpdated>;

/** Whether an event's session cannot be decided on without its surroundings. */
export function needsSurroundings(session: Session | undefined, event: StationEvent): boolean {
  if (!('transactionId' in event.data)) return false;
  if (!session || !session.placed || session.inferredEndAt !== null) return true;
  return (
    movesPlace(session, { type: event.type, data: event.data }) ||
    (event.type !== 'transaction-ended' && event.data.idToken !== undefined)
  );
}

/** Whether an event may tell of a started session that it is somebody else's, or elsewhere, or of another time. */
export function mayChangeSnapshot(session: Session, { type, data }: StationEvent): boolean {
  if (!('transactionId' in data)) return false;
  if (showsClock(session, data) || movesPlace(session, { type, data }) || mayBeginEarlier(session, data)) return true;
  if (type === 'transaction-ended') return false;
  const isFirst = session.tokenAt === null || saidAt(data) <= session.tokenAt;
  return data.idToken !== undefined && (isFirst || wasRefused(session) || data.trigger !== STOPS);
}

/**
 * Gives a started session its place as it is known now, once its EVSE is named or need not be. Throws
 * `DependencyMissing` while the station or its location has not arrived here.
 */
export function placed(session: Session, around: ReferenceData): Session {
  const { stationId, startClaimedAt, endClaimedAt } = session;
  if (startClaimedAt === null || session.placed) return session;
  const station = around.stations.get(stationId);
  if (!station) throw DependencyMissing.of(StationState, stationId);
  if (station.locationId === null)
    throw new DependencyMissing(`station ${stationId} has no location yet`, { topic: stations, key: stationId });
  const location = around.locations.get(station.locationId);
  if (!location) throw DependencyMissing.of(LocationState, station.locationId);
  const evseId = session.evseId ?? defaultEvse(station, endClaimedAt !== null);
  if (evseId === undefined) return session;
  return { ...placedAt(session, station, evseId), location };
}

/** The session at an EVSE of its station. */
export function placedAt<Known extends Session>(session: Known, station: KnownStation, evseId: number) {
  const flags = session.flags.filter((flag) => !PLACE_FLAGS.has(flag));
  const connector = connectorOf(station, evseId, session.connectorId ?? 1);
  const at = { ...session, placed: true, evseId };
  if (connector) return { ...at, connector, maxPowerW: connectorPower(connector), flags };
  const unknown = unknownConnector(session, evseId);
  return { ...at, connector: unknown, maxPowerW: connectorPower(unknown), flags: [...flags, 'evse-unknown'] };
}

/**
 * A session that never names its EVSE is at the only one. If there are more, it may name one until it ends; then the first
 * stands for it until it is decided where it was.
 */
function defaultEvse({ evses }: KnownStation, over: boolean): number | undefined {
  return evses.length <= 1 || over ? (evses[0]?.evseId ?? 1) : undefined;
}

function connectorOf({ evses }: KnownStation, evseId: number, connectorId: number): SessionConnector | undefined {
  const evse = evses.find((one) => one.evseId === evseId);
  const connector = evse?.connectors.find((one) => one.connectorId === connectorId) ?? evse?.connectors[0];
  if (!evse || !connector) return undefined;
  const { standard, format, powerType, maxVoltage, maxAmperage, maxPowerW } = connector;
  return {
    evseUid: evse.evseUid,
    ...(evse.evseRef === undefined ? {} : { evseRef: evse.evseRef }),
    connectorId: connector.connectorId,
    standard,
    format,
    powerType,
    maxVoltage,
    maxAmperage,
    ...(maxPowerW === undefined ? {} : { maxPowerW }),
  };
}

/** A station may have an EVSE that nobody has entered; its session is kept all the same, and says so. */
function unknownConnector({ stationId, connectorId }: Session, evseId: number): SessionConnector {
  return {
    evseUid: `${stationId}*${evseId}`.slice(-36),
    connectorId: connectorId ?? 1,
    standard: 'IEC_62196_T2',
    format: 'SOCKET',
    powerType: 'AC_3_PHASE',
    maxVoltage: 230,
    maxAmperage: 16,
  };
}

/**
 * Whether a token counts less than the known one: a refused one is no driver's if another may charge; then that of the
 * start is, whatever is stamped before it, or else the first.
 */
function isOther(session: Session, { type, data }: TokenEvent, isRefused: boolean): boolean {
  const { tokenAt } = session;
  if (tokenAt === null) return false;
  if (isRefused !== wasRefused(session)) return isRefused || data.trigger === STOPS;
  const at = parseStationTime(data.at);
  const [isKnownOfStart, isOfStart] = [
    isStart(session, tokenAt),
    type === 'transaction-started' && isStart(session, at),
  ];
  return isKnownOfStart === isOfStart ? tokenAt < at : isKnownOfStart;
}

function isStart({ startClaimedAt }: Session, at: Date): boolean {
  return startClaimedAt?.getTime() === at.getTime();
}

function wasRefused({ flags }: Session): boolean {
  return flags.includes(NOT_AUTHORIZED);
}

/** Whether somebody else may charge by the same transaction: of two tokens the later one is authorized. */
function isOfAnotherDriver(
  session: Session,
  event: TokenEvent,
  isRefused: boolean,
  known: SessionToken | undefined,
): boolean {
  const { token, tokenAt, flags } = session;
  const { data } = event;
  if (flags.includes(TOKENS_DIFFER)) return true;
  if (!token || !tokenAt || !data.idToken || isRefused || wasRefused(session)) return false;
  if (anyCase(token.uid) === anyCase(data.idToken.value)) return false;
  if (areOfOneGroup(known, token)) return false;
  const at = parseStationTime(data.at);
  return tokenAt < at ? isAuthorizing(event) : at < tokenAt && !flags.includes(NAMED_IN_PASSING);
}

/** Whether an event names a token as that of a driver. */
function isAuthorizing({ type, data }: TokenEvent): boolean {
  return type === 'transaction-started' || data.trigger === 'Authorized' || data.trigger === 'RemoteStart';
}

/** A token that is named in passing, and as that of a driver as well, is a driver's. */
function withoutPassing({ token, flags }: Session, event: TokenEvent): string[] {
  const isSame = token !== null && anyCase(token.uid) === anyCase(event.data.idToken?.value ?? '');
  return isSame && isAuthorizing(event) && flags.includes(NAMED_IN_PASSING)
    ? flags.filter((flag) => flag !== NAMED_IN_PASSING)
    : flags;
}

/**
 * The session with the token that a fact carries, if none earlier does (OCPP 2.x may start with the cable). Throws
 * `DependencyMissing` while the operator has not arrived here.
 */
export function withToken(before: Session, event: TokenEvent, around: ReferenceData): Session {
  const { idToken, authorization } = event.data;
  if (!idToken) return before;
  const at = parseStationTime(event.data.at);
  const isRefused = authorization !== undefined && authorization.status !== 'Accepted';
  const session = isRefused ? withRefused(before, event) : before;
  const known = around.tokens.get(`${event.operatorId}/${idToken.value}`);
  const differs = [TOKENS_DIFFER].filter(() => isOfAnotherDriver(session, event, isRefused, known));
  if (isOther(session, event, isRefused)) {
    const flags = withFlags(withoutPassing(session, event), differs);
    return flags === session.flags ? session : { ...session, flags };
  }
  const named: Session = {
    ...session,
    token: known ?? unknownToken(event.operatorId, idToken, around),
    tokenAt: at,
    authorizedAt: event.data.trigger === STOPS ? null : at,
    agreedPrice: null,
    flags: [
      ...session.flags.filter((flag) => !TOKEN_FLAGS.has(flag)),
      ...(isRefused ? [NOT_AUTHORIZED] : []),
      ...(authorization?.by === 'default' ? ['authorized-by-default'] : []),
      ...unknownOf(known, idToken),
      ...(isAuthorizing(event) ? [] : [NAMED_IN_PASSING]),
      ...differs,
    ],
  };
  const isOfOneMoment = session.tokenAt?.getTime() === at.getTime() && isRefused === wasRefused(session);
  return isOfOneMoment ? ofTwoTokens(session, named) : named;
}

/** As many that were refused are kept. */
const REFUSED_MAX = 4;

/** The very same session where it was refused by then, or is to stop it. */
function withRefused(session: Session, { data }: TokenEvent): Session {
  const { refused, refusedAt } = session;
  const [uid, at] = [anyCase(data.idToken?.value ?? ''), parseStationTime(data.at)];
  if (data.trigger === STOPS || (refused[uid] ?? Infinity) <= at.getTime()) return session;
  const all = Object.entries({ ...refused, [uid]: at.getTime() }).sort(
    ([a, first], [b, next]) => first - next || (a < b ? -1 : 1),
  );
  const firsts = Object.fromEntries(all.slice(0, REFUSED_MAX));
  if (!(uid in firsts)) return session;
  return { ...session, refused: firsts, refusedAt: refusedAt ? earlier(refusedAt, at) : at };
}

function unknownOf(known: SessionToken | undefined, idToken: IdToken): string[] {
  return known || isVouchedFor(idToken) ? [] : ['token-unknown'];
}

/** Of two tokens of one moment neither is the first: the same one stands for both whichever came first, and that is said. */
function ofTwoTokens(a: Session, b: Session): Session {
  // It was not read, since the fact was taken for a later one.
  if (a.token === null) return a;
  const [x, y] = [a.token.uid, b.token?.uid ?? ''];
  if (x === y && b.flags.every((flag) => a.flags.includes(flag))) return a;
  if (x === y) {
    const authorizedAt = a.authorizedAt ?? b.authorizedAt;
    return { ...a, authorizedAt, flags: [...new Set([...a.flags, ...b.flags])].sort() };
  }
  const session = x < y ? a : b;
  return { ...session, flags: [...new Set([...session.flags, TOKENS_DIFFER])] };
}

function unknownToken(operatorId: string, { value, type }: IdToken, around: ReferenceData): SessionToken {
  const party = around.parties.get(operatorId);
  if (!party) throw DependencyMissing.of(OperatorState, operatorId);
  return {
    uid: value,
    type: TOKEN_TYPES[type] ?? 'OTHER',
    // Cut in the middle of a character, half of it would be no text.
    contractId: value.slice(0, 36).toWellFormed(),
    countryCode: party.countryCode,
    partyId: party.partyId,
    ...(isVouchedFor({ type }) ? { direct: true as const } : {}),
  };
}
