/** What happens to pods: killed without warning, or evicted as when their nodes are drained. */
import { setTimeout as sleep } from 'node:timers/promises';
import { kubectl, namespace, release } from './program.mjs';

const READY_WITHIN = '10m';
const READY_WITHIN_MS = 610_000;
const EVICTED_WITHIN_MS = 900_000;
/** As often as `kubectl drain` does. */
const TRIED_AGAIN_AFTER_MS = 5_000;
const REFUSED_BY_BUDGET = /disruption budget/;

/** Names of the pods of a service, or of all, that are not on their way out. */
async function podsOf(service) {
  const component = service
    ? `=${service}`
    : ' in (ocpp-gateway,device-management,sessions,tariffs,payments,ocpi-gateway)';
  const selector = `app.kubernetes.io/instance=${release},app.kubernetes.io/component${component}`;
  const { items } = JSON.parse(await kubectl(['get', 'pods', '--selector', selector, '--output', 'json']));
  return items.filter(({ metadata }) => !metadata.deletionTimestamp).map(({ metadata }) => metadata.name);
}

async function untilReady(service) {
  const options = ['--timeout', READY_WITHIN];
  await kubectl(['rollout', 'status', `deployment/${release}-${service}`, ...options], { withinMs: READY_WITHIN_MS });
}

/** Kills a pod of each service, one after the other. */
export async function killEach(services) {
  for (const service of services) {
    const [pod] = await podsOf(service);
    await kubectl(['delete', 'pod', pod, '--grace-period=0', '--force', '--wait=false']);
    await untilReady(service);
  }
}

/** Evicts every pod, as a drain of all nodes in turn would; what a budget refuses is tried again. */
export async function evictAll(services) {
  const pods = await podsOf();
  let refused = 0;
  const until = Date.now() + EVICTED_WITHIN_MS;
  await Promise.all(
    pods.map(async (pod) => {
      for (; !(await evict(pod)); await sleep(TRIED_AGAIN_AFTER_MS)) {
        refused++;
        if (Date.now() > until) throw new Error(`${pod} could not be evicted`);
      }
    }),
  );
  for (const service of services) await untilReady(service);
  if (refused === 0) throw new Error('no budget refused an eviction, though all pods were to go at once');
  return { evicted: pods.length, refused };
}

/** Whether it was granted. */
async function evict(pod) {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace } };
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/eviction`;
  try {
    await kubectl(['create', '--raw', path, '--filename', '-'], { input: JSON.stringify(eviction) });
    return true;
  } catch (error) {
    if (REFUSED_BY_BUDGET.test(error.message)) return false;
    throw error;
  }
}
