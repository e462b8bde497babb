import { describe, expect, it } from '@jest/globals';
import type { ConnectorStatus } from '@chargemesh/contracts';
import type { Station } from './station.entity.js';
import { placed, released, removed } from './stations.decide.js';
import type { EvseBody, StationBody } from './stations.schema.js';

const OPERATOR = '0190a000-0000-7000-8000-000000000001';
const LOCATION = '0190a000-0000-7000-8000-000000000002';
const id = { stationId: 'CS-1', operatorId: OPERATOR };
const cable = {
  connectorId: 1,
  standard: 'IEC_62196_T2' as const,
  format: 'CABLE' as const,
  powerType: 'AC_3_PHASE' as const,
  maxVoltage: 230,
  maxAmperage: 32,
};
const evse = (evseId: number, more: Partial<EvseBody> = {}): EvseBody => ({ evseId, connectors: [cable], ...more });
const body = (more: Partial<StationBody> = {}): StationBody => ({ locationId: LOCATION, evses: [evse(1)], ...more });

function place(known: Station | null, wanted: StationBody): Station | undefined {
  let uids = 0;
  return placed(known, id, wanted, () => `uid-${++uids}`);
}

function existing(more: Partial<Station> = {}): Station {
  return { ...(place(null, body()) as Station), ...more };
}

function withStatus(station: Station, status: ConnectorStatus): Station {
  const [first] = station.evses;
  const connectors = [{ ...cable, status, statusAt: '2026-01-01T10:00:00.000Z' }];
  return { ...station, evses: [{ ...first!, connectors }] };
}

describe('placing a station', () => {
  it('makes a new one that is neither released nor connected, at version 1', () => {
    expect(place(null, body())).toMatchObject({ version: 1, released: false, connected: false, securityProfile: 1 });
  });

  it('gives a new EVSE a uid of its own and keeps that of one it has', () => {
    const more = place(existing(), body({ evses: [evse(1), evse(2)] }));
    expect(more?.evses.map(({ evseUid }) => evseUid)).toEqual(['uid-1', 'uid-1']);
    const renewed = place(existing(), body({ evses: [evse(1, { evseUid: 'A' })] }));
    expect(renewed?.evses[0]?.evseUid).toBe('A');
  });

  it('changes nothing when it is so already', () => {
    expect(place(existing(), body())).toBeUndefined();
  });

  it('rises by one version with a change', () => {
    expect(place(existing({ version: 7 }), body({ heartbeatIntervalS: 60 }))?.version).toBe(8);
  });

  it('takes what the law and access points ask of an EVSE', () => {
    const asked = {
      ...{
        evseRef: 'DE*ABC*E1',
        operationalSince: '2024-04-13',
        paymentDevices: ['CONTACTLESS_CARD_SUPPORT' as const],
      },
      ...{ parkingRestrictions: ['EV_ONLY' as const], adHocPriceUnchecked: 'a depot, not open to the public' },
      parkingSpaces: [
        {
          ...{ parkingId: 'P1', vehicleTypes: ['PERSONAL_VEHICLE' as const, 'DISABLED' as const] },
          ...{ restrictedToType: false, reservationRequired: false, timeLimitMin: 120 },
        },
      ],
    };
    const connectors = [{ ...cable, capabilities: ['ISO_15118_2_PLUG_AND_CHARGE' as const] }];
    const next = place(existing(), body({ evses: [evse(1, { ...asked, connectors })] }));
    expect(next?.evses[0]).toEqual({ evseId: 1, evseUid: 'uid-1', ...asked, connectors });
    expect(place(next!, body())?.evses[0]).toEqual({ evseId: 1, evseUid: 'uid-1', connectors: [cable] });
  });

  it('keeps what the station said of itself, and the statuses of connectors that stay', () => {
    const known = withStatus(existing({ connected: true, epoch: 4, vendor: 'V' }), 'Occupied');
    const next = place(known, body({ evses: [evse(1, { evseRef: 'DE*ABC*E1' })] }));
    expect(next).toMatchObject({ connected: true, epoch: 4, vendor: 'V' });
    expect(next?.evses[0]?.connectors[0]).toMatchObject({ status: 'Occupied' });
  });

  it('keeps a release that the body does not speak of, and takes one back', () => {
    const known = existing({ released: true });
    expect(place(known, body({ heartbeatIntervalS: 60 }))?.released).toBe(true);
    expect(place(known, body({ released: false }))?.released).toBe(false);
  });

  it('starts afresh with a deleted one, yet knows its newest connection', () => {
    const deleted = existing({ deleted: true, version: 5, epoch: 9, vendor: 'V', released: true });
    expect(place(deleted, body())).toMatchObject({
      deleted: false,
      version: 6,
      epoch: 9,
      vendor: null,
      released: false,
    });
  });

  it.each([
    ['an EVSE', [evse(1), evse(1)]],
    ['a uid', [evse(1, { evseUid: 'A' }), evse(2, { evseUid: 'A' })]],
    ['a connector', [evse(1, { connectors: [cable, cable] })]],
  ])('refuses %s twice', (_, evses) => {
    expect(() => place(null, body({ evses }))).toThrow(expect.objectContaining({ code: 'bad-request' }));
  });

  it('refuses a word on a duty that is none, or that the platform sees for itself', () => {
    const told = (duty: string) =>
      body({ evses: [evse(1, { dutiesTold: [{ duty, isMet: true, evidence: 'data sheet', on: '2026-01-01' }] })] });
    for (const duty of ['smart charging', 'fixed-cable'])
      expect(() => place(null, told(duty))).toThrow(expect.objectContaining({ code: 'bad-request' }));
    expect(place(null, told('smart-charging'))).toBeDefined();
  });
});

describe('releasing a station', () => {
  it('is a change once', () => {
    const once = released(existing());
    expect(once).toMatchObject({ released: true, version: 2 });
    expect(released(once as Station)).toBeUndefined();
  });

  it('is refused without a location', () => {
    expect(() => released(existing({ locationId: null }))).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(() => place(null, body({ locationId: undefined, released: true }))).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    );
  });
});

describe('removing a station', () => {
  it.each(['Occupied', 'Reserved'] as const)('is refused while a connector is %s', (status) => {
    const station = withStatus(existing({ connected: true }), status);
    expect(() => removed(station)).toThrow(expect.objectContaining({ code: 'in-use' }));
  });

  it('is possible when nobody charges, or the station is gone', () => {
    expect(removed(existing({ connected: true }))).toMatchObject({ deleted: true, version: 2 });
    expect(removed(withStatus(existing(), 'Occupied'))).toMatchObject({ deleted: true, connected: false });
  });
});
