import {
  Connector221,
  Connector230,
  Evse221,
  Evse230,
  Location221,
  Location230,
  type Row,
  page,
} from '@chargemesh/ocpi';
import { nameSchemas } from '@chargemesh/service';
import type { TSchema } from 'typebox';
import type { Context } from '../ocpi/ports.js';

nameSchemas({
  OcpiLocation221: Location221,
  OcpiEvse221: Evse221,
  OcpiConnector221: Connector221,
  OcpiLocation230: Location230,
  OcpiEvse230: Evse230,
  OcpiConnector230: Connector230,
});

type Params = Readonly<Record<string, string>>;
const named = ({ location_id, evse_uid, connector_id }: Params) => ({
  ...{ locationId: location_id ?? '', evseUid: evse_uid ?? '', connectorId: connector_id ?? '' },
});

/** The sender's interface of the locations module: the whole list, and each object by itself. */
function locations(Location: TSchema, Evse: TSchema, Connector: TSchema) {
  return {
    GET: page<Context>(Location, ({ version, query }, { visitor, ports }) =>
      ports.locations.list(visitor.partner, version, query),
    ),
    'GET /:location_id': {
      answer: Location,
      handle: async ({ version, params }, { visitor, ports }) => ({
        data: await ports.locations.location(visitor.partner, version, named(params)),
      }),
    },
    'GET /:location_id/:evse_uid': {
      answer: Evse,
      handle: async ({ version, params }, { visitor, ports }) => ({
        data: await ports.locations.evse(visitor.partner, version, named(params)),
      }),
    },
    'GET /:location_id/:evse_uid/:connector_id': {
      answer: Connector,
      handle: async ({ version, params }, { visitor, ports }) => ({
        data: await ports.locations.connector(visitor.partner, version, named(params)),
      }),
    },
  } satisfies Record<string, Row<Context>>;
}

export const locations221 = locations(Location221, Evse221, Connector221);
export const locations230 = locations(Location230, Evse230, Connector230);
