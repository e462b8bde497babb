import { migrations } from '../migrations/index.js';

/** What a test database needs to know of the gateway. */
export const definition = { schema: 'ocpp_gateway', entities: [], migrations };
