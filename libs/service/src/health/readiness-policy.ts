import type { Transport } from '@chargemesh/messaging';
import type { Database } from '@chargemesh/persistence';
import type { ServiceDefinition, ServiceName } from '../definition.js';
import type { Shutdown } from '../platform/shutdown.js';
import { observePools } from '../telemetry/pools.js';
import { checkConsumers, observeConsumers } from './consumers.js';
import { Dependencies, type Dependency } from './dependencies.js';
import { MessagingBacklogs } from './messaging-backlog.js';
import type { Outages } from './outages.js';
import type { Readiness } from './readiness.js';
import { checkStorage } from './storage.js';

/** How often a dependency is looked at, and how often a backlog, in milliseconds. */
const LOOK_MS = 5_000;
const BACKLOG_LOOK_MS = 15_000;

interface Watched {
  readonly services: readonly Pick<ServiceDefinition, 'name'>[];
  readonly outages: Outages;
  readonly readiness: Readiness;
  readonly shutdown: Shutdown;
  readonly processName: string;
}

/**
 * The readiness policy: watches what the process depends on, and says what is required for it to be ready. A service that
 * answers over HTTP does so from its database; a gateway acknowledges what the log has. The rest is shown, and no reason to
 * take the process out of the load balancer.
 */
export async function watchDependencies(
  { services, outages, readiness, shutdown, processName }: Watched,
  databases: ReadonlyMap<ServiceName, Database>,
  transport: Transport,
): Promise<void> {
  const dependencies = new Dependencies(outages, readiness);
  const backlogs = new MessagingBacklogs();
  observeConsumers(transport, processName);
  observePools(databases);
  shutdown.add('dependencies', () => dependencies.stop());
  const ofServices = [...databases].flatMap(([name, database]): Dependency[] => [
    {
      name: `database of ${name}`,
      resource: 'PostgreSQL',
      requiredForReadiness: true,
      everyMs: LOOK_MS,
      check: () => checkStorage(database),
    },
    {
      name: `outbox of ${name}`,
      requiredForReadiness: false,
      everyMs: BACKLOG_LOOK_MS,
      check: () => backlogs.check(name, database),
    },
  ]);
  const log: Dependency = {
    name: 'log',
    resource: 'the log',
    requiredForReadiness: services.some(({ name }) => name === 'ocpp-gateway'),
    everyMs: LOOK_MS,
    check: () => transport.reach(),
  };
  const consumers: Dependency = {
    name: 'consumers',
    requiredForReadiness: false,
    everyMs: LOOK_MS,
    check: () => checkConsumers(transport),
  };
  await Promise.all([...ofServices, log, consumers].map((dependency) => dependencies.watch(dependency)));
}
