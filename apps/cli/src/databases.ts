import { type Environment, type ServiceName, readSettings, serviceNames } from '@chargemesh/service/settings';
import { UsageError } from './command.js';

/** The database of a service, and as whom it is looked at. */
export interface ServiceDatabase {
  readonly service: ServiceName;
  readonly schema: string;
  readonly url: string;
  /** Whether the URL is of the service's own role; else it is the administrator's. */
  readonly own: boolean;
}

/** Schemas are named like their services. */
const schemaOf = (service: string): string => service.replaceAll('-', '_');

/**
 * The databases that the settings name: of a service by its own URL, else by that of the administrator. A single URL is
 * of the service after whose schema its role is named.
 */
export async function databasesIn(environment: Environment): Promise<ServiceDatabase[]> {
  const { databaseSettingOf, databaseShape, databaseUrlShape, directUrl, optionalDatabaseUrl, securedUrl } =
    await import('@chargemesh/service');
  const { isLoginOf } = await import('@chargemesh/persistence');
  const single = { DATABASE_URL: optionalDatabaseUrl, ADMIN_DATABASE_URL: optionalDatabaseUrl };
  const settings = readSettings({ ...databaseShape, ...single }, environment);
  const urls = readSettings(databaseUrlShape(serviceNames), environment);
  const userOfSingle = URL.parse(settings.DATABASE_URL ?? '')?.username ?? '';
  const databases = serviceNames.flatMap((service): ServiceDatabase[] => {
    const schema = schemaOf(service);
    const name = databaseSettingOf(service);
    const own = urls[name] ?? (isLoginOf(schema, userOfSingle) ? settings.DATABASE_URL : undefined);
    const url = own ?? settings.ADMIN_DATABASE_URL;
    if (url === undefined) return [];
    const direct = directUrl(securedUrl(name, url, settings), settings);
    return [{ service, schema, url: direct, own: own !== undefined }];
  });
  if (databases.length === 0)
    throw new UsageError('A database must be named: <SERVICE>_DATABASE_URL, DATABASE_URL or ADMIN_DATABASE_URL.');
  return databases;
}
