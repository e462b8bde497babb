/** Topics and users of Kafka as resources of Strimzi, for the GitOps example: from the contracts, so that they stay true. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { allTopics } from '@chargemesh/contracts';
import { parseAllDocuments, stringify } from 'yaml';

const CLUSTER = 'chargemesh';
/** After the servers, and before the services. */
const WAVE = { 'argocd.argoproj.io/sync-wave': '-1' };
const commandLineTool = resolve(import.meta.dirname, '../../apps/cli/bin/chargemesh.mjs');

/** What each service produces to; what it reads stands at its handlers. `*` is what begins so. */
const WRITES = {
  'ocpp-gateway': [
    'ocpp.command-results.v1',
    'ocpp.gateway-presence.v1',
    'ocpp.station-events.v1',
    'payments.settlements.v1',
    'payments.vat-number-requests.v1',
    'sessions.authorize-requests.v1',
    'tariffs.driver-tariff-requests.v1',
  ],
  'device-management': ['ocpp.station-commands.v1', 'devices.*'],
  sessions: [
    'ocpp.station-commands.v1',
    'sessions.authorize-replies.v1',
    'sessions.sessions.v1',
    'sessions.start-results.v1',
    'sessions.stop-matches.v1',
    'sessions.tokens.v1',
  ],
  tariffs: [
    'ocpp.station-commands.v1',
    'tariffs.ad-hoc-price-replies.v1',
    'tariffs.assignments.v1',
    'tariffs.cdrs.v1',
    'tariffs.driver-tariff-replies.v1',
    'tariffs.location-groups.v1',
    'tariffs.session-costs.v1',
    'tariffs.tariffs.v1',
  ],
  payments: [
    'ocpp.station-commands.v1',
    'payments.terminal-replies.v1',
    'sessions.start-requests.v1',
    'tariffs.ad-hoc-price-requests.v1',
  ],
  'ocpi-gateway': ['ocpi.partner-tokens.v1'],
};

const READS = {
  'ocpp-gateway': [
    'devices.station-credentials.v1',
    'ocpp.gateway-presence.v1',
    'ocpp.station-commands.v1',
    'payments.terminal-replies.v1',
    'sessions.authorize-replies.v1',
    'sessions.stop-matches.v1',
    'tariffs.driver-tariff-replies.v1',
  ],
  'device-management': ['devices.stations.v1', 'ocpp.command-results.v1', 'ocpp.station-events.v1'],
  sessions: [
    'devices.locations.v1',
    'devices.meter-keys.v1',
    'devices.stations.v1',
    'ocpi.partner-tokens.v1',
    'ocpp.command-results.v1',
    'ocpp.station-events.v1',
    'sessions.authorize-requests.v1',
    'sessions.sessions.v1',
    'sessions.start-requests.v1',
    'tariffs.cdrs.v1',
  ],
  tariffs: [
    'devices.locations.v1',
    'devices.stations.v1',
    'ocpp.command-results.v1',
    'sessions.sessions.v1',
    'sessions.tokens.v1',
    'tariffs.ad-hoc-price-requests.v1',
    'tariffs.cdrs.v1',
    'tariffs.driver-tariff-requests.v1',
  ],
  payments: [
    'devices.locations.v1',
    'devices.stations.v1',
    'ocpp.command-results.v1',
    'payments.settlements.v1',
    'payments.vat-number-requests.v1',
    'sessions.sessions.v1',
    'sessions.start-results.v1',
    'tariffs.ad-hoc-price-replies.v1',
    'tariffs.cdrs.v1',
    'tariffs.session-costs.v1',
  ],
  'ocpi-gateway': ['devices.locations.v1', 'devices.stations.v1', 'tariffs.cdrs.v1'],
};

const READ_BY_ALL = ['devices.api-keys.v1', 'devices.operators.v1'];

/** What `chargemesh topics --yaml` prints, in its place among the waves. */
export async function topicsManifest() {
  const args = [commandLineTool, 'topics', '--yaml', '--cluster', CLUSTER];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const resources = parseAllDocuments(stdout).map((document) => document.toJS());
  for (const { metadata } of resources) metadata.annotations = WAVE;
  return manifest('The topics, as the contracts declare them.', resources);
}

export function usersManifest() {
  return manifest(
    'A user per service. Each looks at the topics when it starts, reads and writes what is its own, and has its own groups.',
    users(),
  );
}

export function users() {
  return Object.keys(WRITES).map(userOf);
}

function manifest(comment, resources) {
  const made = '# Made by `npm run render -w @chargemesh/helm`.\n';
  const text = resources.map((resource) => stringify(resource, { lineWidth: 0, singleQuote: true }));
  return `# ${comment}\n${made}${text.join('---\n')}`;
}

function userOf(service) {
  const all = [...new Set(allTopics().map(({ name }) => `${name.split('.')[0]}.*`))];
  const acls = [
    ...all.map((name) => ({ resource: topic(name), operations: ['Describe'] })),
    ...[...READ_BY_ALL, ...READS[service]].map((name) => ({ resource: topic(name), operations: ['Read'] })),
    ...WRITES[service].map((name) => ({ resource: topic(name), operations: ['Write'] })),
    { resource: { type: 'group', name: `${service}.`, patternType: 'prefix' }, operations: ['Read', 'Describe'] },
  ];
  return {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaUser',
    metadata: {
      name: `chargemesh-${service}`,
      labels: { 'strimzi.io/cluster': CLUSTER },
      annotations: WAVE,
    },
    spec: { authentication: { type: 'scram-sha-512' }, authorization: { type: 'simple', acls } },
  };
}

function topic(name) {
  return name.endsWith('*')
    ? { type: 'topic', name: name.slice(0, -1), patternType: 'prefix' }
    : { type: 'topic', name, patternType: 'literal' };
}
