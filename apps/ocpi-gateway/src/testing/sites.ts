import { type DataOf, type Event, LocationState, StationState, newEvent } from '@chargemesh/contracts';
import { v7 as uuidv7 } from 'uuid';

type Location = DataOf<typeof LocationState>;
type Station = DataOf<typeof StationState>;
const TIME = '2026-03-01T12:00:00.000Z';
type Status = 'Available' | 'Occupied' | 'Reserved' | 'Unavailable' | 'Faulted';

/** A location with one station of one EVSE; each state that it gives is newer than the one before. */
class Site {
  readonly locationId = uuidv7();
  readonly stationId = `CP-${this.locationId}`;
  readonly evseUid = uuidv7();
  private version = 0;

  constructor(private readonly operatorId: string) {}

  location(more: Partial<Location> = {}) {
    const data: Location = {
      ...{ locationId: this.locationId, operatorId: this.operatorId, version: ++this.version, deleted: false },
      ...{ name: 'A place', address: 'Street 1', city: 'Berlin', postalCode: '10117', country: 'DEU' },
      coordinates: { latitude: '52.52000', longitude: '13.40495' },
      ...{ timeZone: 'Europe/Berlin', helpPhone: '+49 30 1234567', publish: true },
      ...more,
    };
    return newEvent(LocationState, { operatorId: this.operatorId, time: TIME, data });
  }

  station({ status = 'Available', ...more }: Partial<Station> & { status?: Status } = {}) {
    const connector = {
      ...{ connectorId: 1, standard: 'IEC_62196_T2', format: 'SOCKET' as const, powerType: 'AC_3_PHASE' as const },
      ...{ maxVoltage: 400, maxAmperage: 32, status },
    };
    const data: Station = {
      ...{ stationId: this.stationId, operatorId: this.operatorId, version: ++this.version, deleted: false },
      ...{ locationId: this.locationId, released: true, connected: true },
      evses: [{ evseId: 1, evseUid: this.evseUid, connectors: [connector] }],
      ...more,
    };
    return newEvent(StationState, { operatorId: this.operatorId, time: TIME, data });
  }
}

/** Locations and stations, as device-management tells of them. */
export class Sites {
  private readonly sites = new Map<string, Site>();

  constructor(private readonly send: (events: Event[]) => Promise<void>) {}

  new(operatorId: string): Site {
    const site = new Site(operatorId);
    this.sites.set(site.locationId, site);
    return site;
  }

  async open(operatorId: string, more: Partial<Location> = {}): Promise<Site> {
    const site = this.new(operatorId);
    await this.send([site.location(more), site.station()]);
    return site;
  }

  known(locationId: string): Site {
    const site = this.sites.get(locationId);
    if (!site) throw new Error(`location ${locationId} was not opened here`);
    return site;
  }
}
