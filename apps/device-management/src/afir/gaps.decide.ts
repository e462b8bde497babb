import { type EvseDevice, connectorPower, isInEu } from '@chargemesh/contracts';
import { DUTIES, type Duty, type Points } from './duties.js';

/** A station with what is known of its place. */
export interface Placed {
  readonly stationId: string;
  readonly locationId: string;
  readonly country: string;
  /** Whether the public may charge there. */
  readonly publish: boolean;
  /** Whether it was ever heard of. */
  readonly wasConnected: boolean;
  readonly evses: readonly EvseDevice[];
}

export interface Gap {
  readonly stationId: string;
  readonly evseId: number;
  readonly evseRef?: string;
  readonly locationId: string;
  readonly country: string;
  readonly maxPowerW: number;
  readonly operationalSince?: string;
  readonly duty: string;
  readonly from: string;
  /** `due-later`: from that day on; `to-check`: it is met only if something is so that is not known here. */
  readonly state: 'falls-short' | 'due-later' | 'to-check';
  readonly reason: string;
  readonly source: string;
}

/** As the view of a gap has room for it. */
const REASON_LENGTH = 500;
const PLACE_UNSAID = 'Nobody has said whether it is on the TEN-T road network (`onTenT`).';
const CONTACTLESS = 'CONTACTLESS_CARD_SUPPORT';
const TERMINALS: ReadonlySet<string> = new Set(['CHIP_CARD_SUPPORT', CONTACTLESS, 'PED_TERMINAL']);

/**
 * Which duties of where they are the public EVSEs of stations do not meet, or will not meet, by what is known of them.
 * @param today such as `2026-11-27`
 */
export function gapsOf(stations: readonly Placed[], today: string, duties: readonly Duty[] = DUTIES): Gap[] {
  return stations
    .filter(({ publish }) => publish)
    .flatMap((station) => {
      const held = duties.filter(({ place }) => place === placeOf(station.country));
      return station.evses
        .filter(({ evseId }) => evseId > 0)
        .flatMap((evse) => held.flatMap((duty) => gapOf(station, evse, duty, today) ?? []));
    });
}

function placeOf(country: string): Duty['place'] | undefined {
  if (isInEu(country)) return 'EU';
  return country === 'GBR' ? 'UK' : undefined;
}

function gapOf(station: Placed, evse: EvseDevice, duty: Duty, today: string): Gap | undefined {
  const lacking = isFor(duty.points, evse) ? lacks(station, evse, duty) : undefined;
  if (!lacking) return undefined;
  const found = isPlaceUnsaid(duty.points, evse)
    ? { ...lacking, reason: `${lacking.reason} ${PLACE_UNSAID}` }
    : lacking;
  const { stationId, locationId, country } = station;
  const { evseId, evseRef, operationalSince } = evse;
  const { duty: name, from, source } = duty;
  return {
    ...{ stationId, evseId, ...(evseRef === undefined ? {} : { evseRef }), locationId, country },
    ...{ maxPowerW: powerOf(evse), ...(operationalSince === undefined ? {} : { operationalSince }) },
    ...{ duty: name, from, source, reason: found.reason },
    state: found.isSure ? (today >= from ? 'falls-short' : 'due-later') : 'to-check',
  };
}

function isFor({ minPowerW, belowPowerW, deployedFrom, powerType, onTenT }: Points, evse: EvseDevice): boolean {
  const power = powerOf(evse);
  return (
    (minPowerW === undefined || power >= minPowerW) &&
    (belowPowerW === undefined || power < belowPowerW) &&
    (deployedFrom === undefined || (evse.operationalSince ?? deployedFrom) >= deployedFrom) &&
    (powerType === undefined || evse.connectors.some((connector) => connector.powerType === powerType)) &&
    // Who has not said where it stands is not let off by that.
    (onTenT === undefined || evse.onTenT !== false)
  );
}

function isPlaceUnsaid({ onTenT }: Points, evse: EvseDevice): boolean {
  return onTenT !== undefined && evse.onTenT === undefined;
}

/** What is missing, in words; undefined, if nothing is, or nobody can tell. */
function lacks(
  { wasConnected }: Placed,
  { connectors, paymentDevices = [], dutiesTold = [] }: EvseDevice,
  { need, duty }: Duty,
): { reason: string; isSure: boolean } | undefined {
  const hasTerminal = paymentDevices.some((device) => TERMINALS.has(device));
  switch (need) {
    case 'terminal':
      return hasTerminal
        ? undefined
        : { reason: 'No card or contactless reader is noted (`paymentDevices`).', isSure: true };
    case 'contactless':
      if (paymentDevices.includes(CONTACTLESS)) return undefined;
      return paymentDevices.includes('PED_TERMINAL')
        ? { reason: 'A terminal is noted (`paymentDevices`), and not that it takes contactless cards.', isSure: false }
        : { reason: 'No contactless reader is noted (`paymentDevices`).', isSure: true };
    case 'means-of-payment':
      return hasTerminal
        ? undefined
        : {
            reason:
              'It has its page to pay at alone: that drivers can pay there, and its QR code, are to be looked at.',
            isSure: false,
          };
    case 'connection':
      return wasConnected ? undefined : { reason: 'It was never connected.', isSure: true };
    case 'fixed-cable':
      return connectors.some(({ powerType, format }) => powerType === 'DC' && format === 'SOCKET')
        ? { reason: 'A connector of direct current is a socket.', isSure: true }
        : undefined;
    case 'untold':
      return untold(dutiesTold.findLast((told) => told.duty === duty));
  }
}

type Told = NonNullable<EvseDevice['dutiesTold']>[number];

function untold(told: Told | undefined): { reason: string; isSure: boolean } | undefined {
  if (!told) return { reason: 'Its operator has not said whether it is so (`dutiesTold`).', isSure: false };
  return told.isMet
    ? undefined
    : {
        reason: `Its operator said on ${told.on} that it is not so: ${told.evidence}`.slice(0, REASON_LENGTH),
        isSure: true,
      };
}

function powerOf({ connectors }: EvseDevice): number {
  return Math.max(0, ...connectors.map(connectorPower));
}
