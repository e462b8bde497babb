import { freePort, isPortTaken } from '@chargemesh/embedded-postgres';
import { DEFAULT_MANAGEMENT_PORT } from '@chargemesh/service';

/**
 * Where a process serves health and metrics: at the given port, as many further as its index says. If none is given, at the
 * usual one, or at a free one when somebody has that: a second platform on a machine needs nothing but another PORT.
 */
export async function managementPortOf(given: number | undefined, index = 0): Promise<number> {
  if (given !== undefined) return given + index;
  const usual = DEFAULT_MANAGEMENT_PORT + index;
  return (await isPortTaken(usual)) ? freePort() : usual;
}
