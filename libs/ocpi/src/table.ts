import { validator } from '@chargemesh/contracts';
import { type TObject, type TSchema, Type } from 'typebox';
import { type ListQuery, type NextPage, ListParameters, listHeaders, readListQuery } from './paging.js';
import type { VersionNumber } from './versions.js';

/** ModuleID, mod_versions. */
export const moduleIds = [
  'cdrs',
  'chargingprofiles',
  'commands',
  'credentials',
  'hubclientinfo',
  'locations',
  'payments',
  'sessions',
  'tariffs',
  'tokens',
] as const;
export type ModuleId = (typeof moduleIds)[number];
/** InterfaceRole, mod_versions. */
export type InterfaceRole = 'SENDER' | 'RECEIVER';
export type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What of a request a row is given. */
export interface OcpiRequest {
  /** Absolute URL under which the OCPI routes lie, without a slash at its end. */
  readonly base: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Fits the row's schema. */
  readonly body?: unknown;
  /** Objects of one page at most. */
  readonly maxLimit: number;
}

/** What goes into the envelope, and beside it. */
export interface OcpiAnswer {
  readonly data: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where a request came in. */
interface Address {
  readonly version: VersionNumber;
  readonly url: string;
}

/** What a verb of a module's interface takes and gives; `C` is what the platform hands along: the partner, its ports. */
export interface Row<C> {
  /** Also for who was invited and has not registered yet. */
  readonly invited?: boolean;
  readonly query?: TObject;
  readonly body?: TSchema;
  /** Of the data of the answer. */
  readonly answer: TSchema;
  handle(request: OcpiRequest & Address, context: C): Promise<OcpiAnswer>;
}

/** By verb, and what follows the module's own address: `GET`, `PUT /:country_code/:party_id/:uid`. */
type Interface<C> = { readonly [call in Verb | `${Verb} /${string}`]?: Row<C> };

/** One version as a platform supports it: a row per module, role and verb. */
export interface OcpiVersion<C> {
  readonly version: VersionNumber;
  readonly modules: { readonly [module in ModuleId]?: { readonly [role in InterfaceRole]?: Interface<C> } };
}

/** A page of a list. */
export interface OcpiPage {
  readonly objects: readonly unknown[];
  readonly total: number;
  readonly next?: NextPage | undefined;
}

/** A row that gives a list by pages. OCPI 2.3.0 §4.1.4. */
export function page<C>(
  object: TSchema,
  read: (asked: { version: VersionNumber; query: ListQuery }, context: C) => Promise<OcpiPage>,
): Row<C> {
  return {
    query: ListParameters,
    answer: Type.Array(object),
    async handle({ version, url, query: said, maxLimit }, context) {
      const query = readListQuery(said, maxLimit);
      const { objects, total, next } = await read({ version, query }, context);
      return { data: objects, headers: listHeaders(url, query, { total, maxLimit, next }) };
    },
  };
}

/** A row with its address. */
export interface Route<C> extends Pick<Row<C>, 'query' | 'answer' | 'invited'> {
  readonly summary: string;
  readonly verb: Verb;
  /** After the base, with parameters such as `:uid`. */
  readonly path: string;
  /** Throws `SchemaViolation` or `InvalidQuery` at what does not fit. */
  handle(request: OcpiRequest, context: C): Promise<OcpiAnswer>;
}

/** All that is served: the list of versions, the details of each, and the rows. Two rows for one call are refused. */
export function routesOf<C>(versions: readonly OcpiVersion<C>[]): Route<C>[] {
  const routes = [listOf(versions), ...versions.map(detailsOf<C>), ...versions.flatMap(rowsOf<C>)];
  const calls = routes.map(({ verb, path }) => `${verb} ${path}`);
  const twice = calls.find((call, index) => calls.indexOf(call) !== index);
  if (twice !== undefined) throw new Error(`${twice} has two rows`);
  return routes;
}

const Url = Type.String({ format: 'uri' });
const VersionList = Type.Array(Type.Object({ version: Type.String(), url: Url }));
const VersionDetails = Type.Object({
  version: Type.String(),
  endpoints: Type.Array(Type.Object({ identifier: Type.String(), role: Type.Enum(['SENDER', 'RECEIVER']), url: Url })),
});

/** mod_versions. */
function listOf<C>(versions: readonly OcpiVersion<C>[]): Route<C> {
  return {
    ...{ summary: 'The versions that are served', verb: 'GET', path: 'versions', answer: VersionList, invited: true },
    handle: async ({ base }) => ({ data: versions.map(({ version }) => ({ version, url: `${base}/${version}` })) }),
  };
}

function detailsOf<C>(of: OcpiVersion<C>): Route<C> {
  const { version } = of;
  const interfaces = interfacesOf(of);
  return {
    ...{ summary: `What is served of OCPI ${version}`, verb: 'GET', path: version, answer: VersionDetails },
    invited: true,
    async handle({ base }) {
      const endpoints = interfaces.map(({ identifier, role, path }) => ({ identifier, role, url: `${base}/${path}` }));
      return { data: { version, endpoints } };
    },
  };
}

function rowsOf<C>(of: OcpiVersion<C>): Route<C>[] {
  const { version } = of;
  return interfacesOf(of).flatMap(({ identifier, role, path: address, rows }) =>
    Object.entries(rows).map(([call, row]): Route<C> => {
      const [verb, more = ''] = call.split(' ') as [Verb, string?];
      const checked = row.body ? validator(row.body) : (body: unknown) => body;
      return {
        ...{ summary: `OCPI ${version} ${identifier}, ${role}`, verb, path: `${address}${more}` },
        ...{ query: row.query, answer: row.answer, invited: row.invited },
        handle: async (request, context) =>
          row.handle({ ...request, body: checked(request.body), version, url: `${request.base}/${address}` }, context),
      };
    }),
  );
}

function interfacesOf<C>({ version, modules }: OcpiVersion<C>) {
  return Object.entries(modules).flatMap(([identifier, roles]) =>
    Object.entries(roles).map(([role, rows]) => ({
      ...{ identifier, role: role as InterfaceRole, path: `cpo/${version}/${identifier}` },
      rows: rows as Readonly<Record<string, Row<C>>>,
    })),
  );
}
