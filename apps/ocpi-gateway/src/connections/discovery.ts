import { SchemaViolation, validator } from '@chargemesh/contracts';
import {
  OcpiRefusal,
  ReceivedDetails,
  ReceivedVersions,
  type VersionNumber,
  newestCommon,
  statusCodes,
} from '@chargemesh/ocpi';
import { type Access, type Connection, endpointOf } from './connection.js';
import { type PartnerHttp, PartnerFailed } from './partner-http.js';

const versionsOf = validator(ReceivedVersions);
const detailsOf = validator(ReceivedDetails);

export type Found = Pick<Connection, 'version' | 'endpoints'> & Pick<Access, 'tokenForm'>;

/**
 * Reads what a partner's platform offers, by the token that we have there. Throws `OcpiRefusal`: 3001 where it cannot be
 * read, 3002 without a common version, 3003 where an endpoint is missing. OCPI 2.3.0, credentials, "Errors during registration".
 * @param version that it is to be; without one, the newest of both
 */
export async function discover(
  http: PartnerHttp,
  { versionsUrl, token }: Pick<Connection, 'versionsUrl'> & Pick<Access, 'token'>,
  version?: VersionNumber,
): Promise<Found> {
  const { data, tokenForm } = await readVersions(http, versionsUrl, token);
  const versions = readAs('versions', versionsOf, data);
  const found = newestCommon(version ? versions.filter((offered) => offered.version.trim() === version) : versions);
  if (!found) throw new OcpiRefusal(statusCodes.noCommonVersion, `${version ?? 'no version of ours'} is not offered`);
  const read = await readable(() => http.call({ token, tokenForm }, { method: 'GET', url: found.url }));
  const { endpoints } = readAs('version details', detailsOf, read);
  if (!endpointOf({ endpoints }, 'credentials'))
    throw new OcpiRefusal(statusCodes.noEndpoints, 'there is no endpoint for credentials');
  return { version: found.version, endpoints, tokenForm };
}

/** Which form a partner wants its token in is not said anywhere: where one is refused, the other is tried once. */
async function readVersions(
  http: PartnerHttp,
  url: string,
  token: string,
): Promise<{ data: unknown } & Pick<Access, 'tokenForm'>> {
  const asked = { method: 'GET' as const, url };
  return readable(async () => {
    try {
      return { data: await http.call({ token, tokenForm: 'base64' }, asked), tokenForm: 'base64' };
    } catch (error) {
      if (!(error instanceof PartnerFailed) || error.status !== 401) throw error;
      return { data: await http.call({ token, tokenForm: 'plain' }, asked), tokenForm: 'plain' };
    }
  });
}

async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PartnerFailed) throw new OcpiRefusal(statusCodes.unusableApi, error.message);
    throw error;
  }
}

function readAs<T>(what: string, check: (data: unknown) => T, data: unknown): T {
  try {
    return check(data);
  } catch (error) {
    if (!(error instanceof SchemaViolation)) throw error;
    throw new OcpiRefusal(statusCodes.unusableApi, `its ${what}: ${error.message}`);
  }
}
