import { freePort, isPortTaken } from '@chargemesh/embedded-postgres';
import { DEFAULT_MANAGEMENT_PORT } from '@chargemesh/service';

/**
 * Where the process of this index serves health and metrics: as many further than the given port. If none is given, than
 * the usual one, or at a free one when somebody has that.
 */
export async function managementPortOf(given: number | undefined, index: number): Promise<number> {
  if (given !== undefined) return given + index;
  const usual = DEFAULT_MANAGEMENT_PORT + index;
  return (await isPortTaken(usual)) ? freePort() : usual;
}
