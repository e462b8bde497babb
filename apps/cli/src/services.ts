import { type ServiceName, serviceNames } from '@chargemesh/service/settings';
import { UsageError } from './command.js';

export { serviceNames };

/** The name of a service as it was typed. */
export function knownService(name: string): ServiceName {
  const service = serviceNames.find((known) => known === name);
  if (!service) throw new UsageError(`There is no service "${name}": it is one of ${serviceNames.join(', ')}.`);
  return service;
}
