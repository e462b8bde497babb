import { GatewayTables1800000000000 } from '../migrations/1800000000000-gateway-tables.js';

/** What a test database needs to know of the gateway. */
export const definition = { schema: 'ocpp_gateway', entities: [], migrations: [GatewayTables1800000000000] };
