import type {
  EvseDevice,
  EventOf,
  SessionConnector,
  SessionLocation,
  SessionToken,
  TokenType,
  TransactionStarted,
} from '@chargemesh/contracts';
import { DependencyMissing } from '@chargemesh/messaging';
import type { Session } from './session.js';

export interface KnownStation {
  readonly stationId: string;
  readonly operatorId: string;
  readonly locationId: string | null;
  readonly connected: boolean;
  readonly evses: readonly EvseDevice[];
}

/** What a start is seen against: the stations, locations, tokens and parties of the batch. */
export interface Surroundings {
  readonly stations: ReadonlyMap<string, KnownStation>;
  readonly locations: ReadonlyMap<string, SessionLocation>;
  /** By operator and token uid. */
  readonly tokens: ReadonlyMap<string, SessionToken>;
  /** By operator. */
  readonly parties: ReadonlyMap<string, { readonly countryCode: string; readonly partyId: string }>;
}

/** OCPP id token kinds that are no RFID card, in OCPI's words. */
const TOKEN_TYPES: Readonly<Record<string, TokenType>> = {
  Central: 'APP_USER',
  DirectPayment: 'AD_HOC_USER',
  eMAID: 'EMAID',
  ISO14443: 'RFID',
  ISO15693: 'RFID',
};

type Snapshot = Pick<Session, 'evseId' | 'connectorId' | 'token' | 'location' | 'connector' | 'flags'>;

/**
 * Where and by whom a session was started, as it is known now. Throws `DependencyMissing` while the station, its location
 * or its operator has not arrived here.
 */
export function snapshotOf(event: EventOf<typeof TransactionStarted>, around: Surroundings): Snapshot {
  const { stationId, evseId = 1, connectorId = 1, authorization } = event.data;
  const station = around.stations.get(stationId);
  if (!station) throw new DependencyMissing(`station ${stationId} is not known here yet`);
  const location = station.locationId === null ? undefined : around.locations.get(station.locationId);
  if (!location) throw new DependencyMissing(`the location of station ${stationId} is not known here yet`);
  const flags: string[] = [];
  const connector = connectorOf(station, evseId, connectorId, flags);
  const token = tokenOf(event, around, flags);
  if (authorization && authorization.status !== 'Accepted') flags.push('not-authorized');
  if (authorization?.by === 'default') flags.push('authorized-by-default');
  return { evseId, connectorId, token, location, connector, flags };
}

/** A station may have an EVSE that nobody has entered; its session is kept all the same, and says so. */
function connectorOf(station: KnownStation, evseId: number, connectorId: number, flags: string[]): SessionConnector {
  const evse = station.evses.find((one) => one.evseId === evseId);
  const connector = evse?.connectors.find((one) => one.connectorId === connectorId) ?? evse?.connectors[0];
  if (!evse || !connector) {
    flags.push('evse-unknown');
    const kind = {
      standard: 'IEC_62196_T2',
      format: 'SOCKET',
      powerType: 'AC_3_PHASE',
      maxVoltage: 230,
      maxAmperage: 16,
    } as const;
    return { evseUid: `${station.stationId}*${evseId}`.slice(-36), connectorId, ...kind };
  }
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

function tokenOf(
  event: EventOf<typeof TransactionStarted>,
  around: Surroundings,
  flags: string[],
): SessionToken | null {
  const { idToken } = event.data;
  if (!idToken) return null;
  const known = around.tokens.get(`${event.operatorId}/${idToken.value}`);
  if (known) return known;
  const party = around.parties.get(event.operatorId);
  if (!party) throw new DependencyMissing(`operator ${event.operatorId} is not known here yet`);
  flags.push('token-unknown');
  return {
    uid: idToken.value,
    type: TOKEN_TYPES[idToken.type] ?? 'OTHER',
    contractId: idToken.value.slice(0, 36),
    countryCode: party.countryCode,
    partyId: party.partyId,
  };
}
