import {
  Cdr221,
  Cdr230,
  Credentials,
  type OcpiVersion,
  ReceivedCredentials,
  ReceivedToken,
  ReceivedTokenPatch,
  Token221,
  Token230,
  page,
} from '@chargemesh/ocpi';
import { nameSchemas } from '@chargemesh/service';
import type { TSchema } from 'typebox';
import { credentials } from '../connections/handshake.rows.js';
import { tokens } from '../tokens/tokens.rows.js';
import { locations221, locations230 } from '../locations/locations.rows.js';
import type { Context } from './ports.js';

nameSchemas({
  OcpiCdr221: Cdr221,
  OcpiCdr230: Cdr230,
  OcpiCredentials: Credentials,
  OcpiReceivedCredentials: ReceivedCredentials,
  OcpiToken221: Token221,
  OcpiToken230: Token230,
  OcpiReceivedToken: ReceivedToken,
  OcpiReceivedTokenPatch: ReceivedTokenPatch,
});

const cdrs = (Cdr: TSchema) =>
  page<Context>(Cdr, ({ version, query }, { visitor, ports }) => ports.cdrs.list(visitor.partner, version, query));

/** OCPI on one page: a row per version, module, role and verb. What has none is not served, and named to no partner. */
export const ocpi: readonly OcpiVersion<Context>[] = [
  {
    version: '2.2.1',
    modules: {
      credentials: { SENDER: credentials },
      locations: { SENDER: locations221 },
      cdrs: { SENDER: { GET: cdrs(Cdr221) } },
      tokens: { RECEIVER: tokens(Token221) },
    },
  },
  {
    version: '2.3.0',
    modules: {
      credentials: { SENDER: credentials },
      locations: { SENDER: locations230 },
      cdrs: { SENDER: { GET: cdrs(Cdr230) } },
      tokens: { RECEIVER: tokens(Token230) },
    },
  },
];
