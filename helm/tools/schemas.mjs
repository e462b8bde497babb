/**
 * `npm run schemas -w @chargemesh/helm -- <swagger.json> <crd.yaml> …` renews the schemas with which manifests are checked,
 * from the OpenAPI document of Kubernetes (`api/openapi-spec/swagger.json` of a release) and from CustomResourceDefinitions
 * as their projects publish them. test/crds/README.md says which versions they are of. Descriptions and status are left out,
 * and what may be in an object is closed, so that a misspelled field is found.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const folder = resolve(import.meta.dirname, '../test/crds');

/** What the chart and its examples have of Kubernetes itself. */
const KINDS = [
  'api.apps.v1.Deployment',
  'api.apps.v1.StatefulSet',
  'api.autoscaling.v2.HorizontalPodAutoscaler',
  'api.batch.v1.Job',
  'api.core.v1.ConfigMap',
  'api.core.v1.Namespace',
  'api.core.v1.Pod',
  'api.core.v1.Secret',
  'api.core.v1.Service',
  'api.core.v1.ServiceAccount',
  'api.networking.v1.Ingress',
  'api.networking.v1.NetworkPolicy',
  'api.policy.v1.PodDisruptionBudget',
].map((name) => `io.k8s.${name}`);

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

const [openApi, ...crds] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
writeKubernetes(JSON.parse(readFileSync(openApi, 'utf8')));
for (const file of crds) writeCrd(parse(readFileSync(file, 'utf8')));

function writeKubernetes({ definitions }) {
  const kept = {};
  const keep = (name) => {
    if (kept[name] !== undefined) return;
    kept[name] = {};
    const { ['x-kubernetes-group-version-kind']: kinds, ...definition } = withoutStatus(definitions[name]);
    kept[name] = name === QUANTITY ? { type: ['string', 'number'] } : closed(definition);
    if (KINDS.includes(name)) kept[name]['x-kubernetes-group-version-kind'] = kinds;
    for (const [, other] of JSON.stringify(kept[name]).matchAll(/"#\/definitions\/([^"]+)"/g)) keep(other);
  };
  KINDS.forEach(keep);
  write('kubernetes.json', { definitions: kept });
}

function writeCrd({ spec }) {
  const { schema, name } = spec.versions.find(({ storage }) => storage);
  const whole = withoutStatus(schema.openAPIV3Schema);
  write(`${spec.group}-${spec.names.kind}.json`, {
    'x-kubernetes-group-version-kind': [{ group: spec.group, version: name, kind: spec.names.kind }],
    ...closed(whole),
  });
}

function withoutStatus({ properties, ...rest }) {
  if (properties === undefined) return rest;
  const { status: _status, ...others } = properties;
  return { ...rest, properties: others };
}

/** The schema as plain JSON Schema without prose; its objects have what it names and nothing else. */
function closed(schema) {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  if (schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string') return { type: ['integer', 'string'] };
  const open = schema['x-kubernetes-preserve-unknown-fields'] || schema.additionalProperties !== undefined;
  const named = Object.entries(schema).filter((entry) => !isLeftOut(...entry));
  const kept = Object.fromEntries(
    named.map(([key, value]) => [key, key === 'properties' ? each(value) : closed(value)]),
  );
  return kept.properties && kept.type === 'object' && !open ? { ...kept, additionalProperties: false } : kept;
}

function isLeftOut(key, value) {
  if (key === 'pattern' && typeof value === 'string') return !isExpressionOfOurs(value);
  return key.startsWith('x-') || (key === 'description' && typeof value === 'string');
}

/** Patterns are Go's, whose flags `(?i)` JavaScript does not have. */
function isExpressionOfOurs(pattern) {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

function each(properties) {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, closed(value)]));
}

function write(file, schema) {
  writeFileSync(join(folder, file), `${JSON.stringify(schema)}\n`);
}
