/** The chart into a namespace of its own, and out of it again. */
import { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { imageValues } from './images.mjs';
import { helm, kubectl, namespace, release, run } from './program.mjs';

const root = new URL('../../', import.meta.url).pathname;
const example = `${root}helm/examples/minikube`;
const SERVERS_WITHIN = '5m';
const SERVERS_WITHIN_MS = 310_000;
const ROLLED_OUT_WITHIN = '10m';
const HELM_WITHIN_MS = 660_000;
const REMOVED_WITHIN_MS = 300_000;

/** Its own, with the pod security that the example is made for; one that exists is somebody else's. */
export async function createNamespace() {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
  await kubectl(['create', '--filename', '-'], { input, always: true });
}

export async function removeNamespace() {
  await kubectl(['delete', 'namespace', namespace, '--wait'], { withinMs: REMOVED_WITHIN_MS, always: true });
}

/** The throw-away Kafka and PostgreSQL of the example. */
export async function installServers() {
  await kubectl(['apply', '--filename', '-'], { input: await run('sh', [`${example}/secrets.sh`]) });
  await kubectl(['apply', '--kustomize', `${example}/servers`]);
  for (const server of ['kafka', 'postgresql']) {
    const withinMs = SERVERS_WITHIN_MS;
    await kubectl(['rollout', 'status', `statefulset/${server}`, '--timeout', SERVERS_WITHIN], { withinMs });
  }
}

/** Installs the release, or upgrades it. */
export async function deploy(image) {
  const values = ['--values', `${example}/values.yaml`, '--values', `${import.meta.dirname}/values.yaml`];
  const options = ['--install', ...values, ...imageValues(image), '--wait', '--timeout', ROLLED_OUT_WITHIN];
  await helm(['upgrade', release, `${root}helm/chargemesh`, ...options], { withinMs: HELM_WITHIN_MS });
}

/** Back to the version before. */
export async function rollBack() {
  await helm(['rollback', release, '--wait', '--timeout', ROLLED_OUT_WITHIN], { withinMs: HELM_WITHIN_MS });
}

export async function test() {
  await helm(['test', release, '--timeout', '3m'], { withinMs: 200_000 });
}

/** Until no pod is left, which Helm does not wait for; the pod of `helm test` stays, as hooks do. */
export async function uninstall() {
  await helm(['uninstall', release, '--wait', '--timeout', '5m'], { withinMs: REMOVED_WITHIN_MS + 10_000 });
  const selector = `app.kubernetes.io/instance=${release},app.kubernetes.io/component!=test`;
  const names = ['get', 'pods', '--selector', selector, '--output', 'name'];
  for (const until = Date.now() + REMOVED_WITHIN_MS; ; await sleep(1_000)) {
    const left = await kubectl(names);
    if (left === '') return;
    if (Date.now() > until) throw new Error(`pods are left: ${left}`);
  }
}

export async function installationKey() {
  const path = 'jsonpath={.data.INSTALLATION_API_KEY}';
  return Buffer.from(await kubectl(['get', 'secret', 'chargemesh-keys', '--output', path]), 'base64').toString();
}

/** The newest migration of the sessions, as PostgreSQL has it. */
export async function newestMigration() {
  const query = 'SELECT name FROM sessions.migrations ORDER BY id DESC LIMIT 1';
  const program = `PGPASSWORD=$POSTGRES_PASSWORD psql -h 127.0.0.1 -U postgres -d chargemesh -Atc '${query}'`;
  return (await kubectl(['exec', 'statefulset/postgresql', '--', 'sh', '-c', program])).trim();
}
