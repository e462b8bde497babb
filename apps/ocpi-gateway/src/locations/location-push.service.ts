import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ocpiLocation } from '@chargemesh/ocpi';
import { Database, type Transaction } from '@chargemesh/persistence';
import { KnownOperators } from '@chargemesh/service';
import {
  type CallRequest,
  type NotSent,
  type PartnerCall,
  type PartnerCallInHand,
  addressOf,
} from '../calls/partner-call.js';
import { PartnerCalls } from '../calls/partner-calls.service.js';
import type { Connection } from '../connections/connection.js';
import { ConnectionsStore } from '../connections/connections.store.js';
import type { Change } from './locations.decide.js';
import { LocationsStore } from './locations.store.js';

const WHOLE = 'location';
const STATUS = 'evse-status';
const NO_RECEIVER: NotSent = { notSent: 'the partner has no receiver of locations' };
const HOUR_MS = 3_600_000;
/** A partner that was away for longer reads the list. */
const WHOLE_MAX_AGE_MS = 7 * 24 * HOUR_MS;
const STATUS_MAX_AGE_MS = HOUR_MS;

/**
 * Tells connected partners of locations: whole, where more than a status changed, else the status of an EVSE by itself. Of what waits for a
 * partner only the newest is sent. OCPI 2.2.1 and 2.3.0, mod_locations, "Receiver Interface", PUT and PATCH.
 */
@Injectable()
export class LocationPush implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly operators: KnownOperators,
    private readonly connections: ConnectionsStore,
    private readonly calls: PartnerCalls,
    private readonly store: LocationsStore,
  ) {}

  onModuleInit(): void {
    this.calls.define(WHOLE, {
      module: 'locations',
      maxAgeMs: WHOLE_MAX_AGE_MS,
      request: (call, connection) => this.whole(call, connection),
    });
    this.calls.define(STATUS, {
      module: 'locations',
      maxAgeMs: STATUS_MAX_AGE_MS,
      request: (call, connection) => this.status(call, connection),
      refused: (call, code) => this.refused(call, code),
    });
  }

  /** Durable with the transaction; to be called once in it. */
  async add(tx: Transaction, changes: readonly Change[]): Promise<void> {
    const receivers = await this.connections.receivers(
      tx,
      changes.map(({ operatorId }) => operatorId),
      'locations',
    );
    const calls = changes.flatMap((change) =>
      receivers
        .filter(({ operatorId }) => operatorId === change.operatorId)
        .flatMap(({ partnerId }) => callsOf(change, partnerId)),
    );
    if (calls.length > 0) await this.calls.add(tx, calls);
  }

  private async whole(call: PartnerCallInHand, connection: Connection): Promise<CallRequest | NotSent> {
    const { location, cpo } = await this.read(call.operatorId, call.objectId);
    const url = addressOf(connection, { module: 'locations' }, [cpo.countryCode, cpo.partyId, call.objectId]);
    if (url === undefined) return NO_RECEIVER;
    if (!location) return { notSent: 'the location is not told of' };
    return { method: 'PUT', url, body: ocpiLocation(location, cpo, connection.version) };
  }

  /** As it is when it is sent. */
  private async status(call: PartnerCallInHand, connection: Connection): Promise<CallRequest | NotSent> {
    const [locationId, evseUid] = [locationOf(call), call.objectId];
    const { location, cpo } = await this.read(call.operatorId, locationId);
    const evse = location?.evses.find((one) => one.evseUid === evseUid);
    const path = [cpo.countryCode, cpo.partyId, locationId, evseUid];
    const url = addressOf(connection, { module: 'locations' }, path);
    if (url === undefined) return NO_RECEIVER;
    if (!evse) return { notSent: 'the EVSE is not told of' };
    return { method: 'PATCH', url, body: { status: evse.status, last_updated: evse.lastUpdated } };
  }

  /** A partner that does not know the EVSE is told of the location. */
  private async refused(call: PartnerCallInHand, code: number | undefined): Promise<void> {
    if (code !== UNKNOWN_OBJECT) return;
    const { operatorId, partnerId } = call;
    await this.database.transaction([operatorId], (tx) =>
      this.calls.add(tx, [wholeCall({ operatorId, locationId: locationOf(call) }, partnerId)]),
    );
  }

  private async read(operatorId: string, locationId: string) {
    const cpo = await this.operators.get(operatorId);
    if (!cpo) throw new Error(`operator ${operatorId} is not known here yet`);
    const location = await this.database.transaction([operatorId], (tx) => this.store.find(tx, operatorId, locationId));
    return { cpo, location };
  }
}

/** OCPI 2.2.1 and 2.3.0, status_codes: unknown Location. */
const UNKNOWN_OBJECT = 2_003;

function callsOf(change: Change, partnerId: string): PartnerCall[] {
  if (change.isStructural) return [wholeCall(change, partnerId)];
  const { operatorId, locationId } = change;
  return change.evses.map(({ evseUid }) => ({
    ...{ operatorId, partnerId, kind: STATUS, objectId: evseUid, body: { locationId } },
    ...{ orderKey: orderOf(locationId), coalesceKey: evseUid },
  }));
}

function wholeCall(
  { operatorId, locationId }: Pick<Change, 'operatorId' | 'locationId'>,
  partnerId: string,
): PartnerCall {
  const orderKey = orderOf(locationId);
  return { operatorId, partnerId, kind: WHOLE, objectId: locationId, orderKey, coalesceKey: locationId };
}

/** One order for a location and its statuses: each is sent as it is by then, and an older one must not arrive after a newer. */
function orderOf(locationId: string): string {
  return `location ${locationId}`;
}

function locationOf({ body }: PartnerCallInHand): string {
  return String(body['locationId']);
}
