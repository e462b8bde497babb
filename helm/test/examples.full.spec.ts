import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as contracts from '@chargemesh/contracts';
import { all, chart, helm, helmFolder, manifestsIn, one, tool } from './helm.js';
import type { ManifestOf } from './manifest.js';
import { faultsOf } from './schemas.js';

const examples = join(helmFolder, 'examples');
const names = readdirSync(examples);
const repository = join(helmFolder, '..');

describe('examples', () => {
  it('are rendered as the chart renders them', async () => {
    await tool('render.mjs', '--check');
  });

  it.each(names)('%s: passes the strict linter', async (name) => {
    await helm('lint', '--strict', chart, '--values', join(examples, name, 'values.yaml'));
  });

  it.each(names)('%s: fits the schemas of Kubernetes and of the operators', (name) => {
    const manifests = manifestsIn(join(examples, name)).filter(
      ({ apiVersion }) => apiVersion !== undefined && !apiVersion.startsWith('kustomize.config.k8s.io'),
    );
    expect(manifests.length).toBeGreaterThan(10);
    expect(manifests.flatMap(faultsOf)).toEqual([]);
  });

  it('finds a kind without a schema, and a field that a kind does not have', () => {
    const unknown = { apiVersion: 'example.org/v1', kind: 'Thing', metadata: { name: 'x' } };
    expect(faultsOf(unknown)).toEqual(['Thing x: there is no schema of example.org/v1 Thing in helm/test/crds']);
    const misspelled = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec: { selectors: {} } };
    expect(faultsOf(misspelled)).toEqual([expect.stringContaining('additional properties')]);
  });
});

it('give pods settings that there are, and no others', () => {
  const page = readFileSync(join(repository, 'docs/configuration.md'), 'utf8');
  const known = new Set([...page.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name));
  const rendered = names.flatMap((name) => manifestsIn(join(examples, name, 'rendered')));
  const given = [...all(rendered, 'Deployment'), ...all(rendered, 'Job')].flatMap(({ spec }) =>
    spec.template.spec.containers[0].env.map(({ name }) => name),
  );
  expect([...new Set(given)].filter((name) => !known.has(name))).toEqual([]);
});

describe('the trial on one node', () => {
  it('makes every secret that the values name, and no two of the same', () => {
    const script = readFileSync(join(examples, 'minikube/secrets.sh'), 'utf8');
    const named = manifestsIn(join(examples, 'minikube'))
      .flatMap((manifest) => JSON.stringify(manifest).match(/"secretKeyRef":\{[^}]*\}/g) ?? [])
      .map((reference) => JSON.parse(`{${reference}}`) as { secretKeyRef: { name: string; key: string } });
    expect(named.length).toBeGreaterThan(10);
    for (const { secretKeyRef } of named) {
      const [, after = ''] = script.split(`{ name: ${secretKeyRef.name} }`);
      expect(after.split('---')[0]).toContain(`${secretKeyRef.key}: `);
    }
  });
});

describe('GitOps', () => {
  const manifests = [
    ...manifestsIn(join(examples, 'gitops/manifests')),
    ...manifestsIn(join(examples, 'gitops/rendered')),
  ];
  const wave = ({ metadata }: { metadata: { annotations?: Record<string, string> } }) =>
    Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);
  const waves = (kind: string) => [...new Set(all(manifests, kind).map(wave))];

  it('has secrets and servers before the migrations, and these before the services', () => {
    expect(waves('ExternalSecret')).toEqual([-3]);
    expect(['Cluster', 'Database', 'Kafka', 'KafkaNodePool'].flatMap(waves)).toEqual([-2, -2, -2, -2]);
    expect(['Job', 'KafkaTopic', 'KafkaUser'].flatMap(waves)).toEqual([-1, -1, -1]);
    expect(waves('Deployment')).toEqual([0]);
  });

  it('runs the migrations as a hook of Argo CD, and not of Helm, whose hooks come before every secret', () => {
    const { metadata } = one(manifests, 'Job', 'chargemesh-migrations');
    expect(metadata.annotations).toMatchObject({ 'argocd.argoproj.io/hook': 'Sync' });
    expect(metadata.annotations).not.toHaveProperty('helm.sh/hook');
  });

  it('declares each topic as its contract does, and makes none by a job', () => {
    const declared = all(manifests, 'KafkaTopic').map(({ metadata, spec }) => [metadata.name, spec.partitions]);
    expect(declared).toEqual(contracts.allTopics().map(({ name, partitions }) => [name, partitions]));
    expect(all(manifests, 'Job').map(({ metadata }) => metadata.name)).toEqual(['chargemesh-migrations']);
  });

  it('lets each service read what its handlers read, and nothing else', () => {
    const declared = new Map(topicsInContracts());
    for (const user of all(manifests, 'KafkaUser')) {
      const service = user.metadata.name.replace('chargemesh-', '');
      const may = aclsOf(user, 'Read');
      const named = [...handledBy(service), 'operators', 'apiKeys'].map((name) => declared.get(name));
      const followed = followedAt(service).map((name) => declared.get(name));
      const reads = [...new Set([...named, ...followed, ...projectedBy(service)])];
      expect([service, may.sort()]).toEqual([service, reads.sort()]);
    }
  });

  it('has somebody who may write each topic', () => {
    const written = all(manifests, 'KafkaUser').flatMap((user) => aclsOf(user, 'Write'));
    const covers = (topic: string) =>
      written.some((name) => topic === name || (name.endsWith('.') && topic.startsWith(name)));
    expect(contracts.allTopics().filter(({ name }) => !covers(name))).toEqual([]);
  });

  function aclsOf({ spec }: ManifestOf<'KafkaUser'>, operation: string): string[] {
    return spec.authorization.acls
      .filter(({ resource, operations }) => resource.type === 'topic' && operations.includes(operation))
      .map(({ resource }) => resource.name);
  }
});

/** Names of topics in the code, with those on the broker. */
function topicsInContracts(): [string, string][] {
  return sourcesBelow('libs/contracts/src').flatMap((text) =>
    [...text.matchAll(/export const (\w+) = topic\('([^']+)'/g)].map(([, name = '', topic = '']): [string, string] => [
      name,
      topic,
    ]),
  );
}

/** Names of the topics that the handlers of a service name. */
function handledBy(service: string): string[] {
  const handlers = new RegExp(`@(?:Consumes|Answers|Listens)\\('${service}', (\\w+)`, 'g');
  const found = sourcesBelow(`apps/${service}/src`).flatMap((text) =>
    [...text.matchAll(handlers)].map(([, name = '']) => name),
  );
  return [...new Set(found)];
}

/** Names of the topics by which a service lets its things be followed live. */
function followedAt(service: string): string[] {
  return sourcesBelow(`apps/${service}/src`).flatMap((text) =>
    [...text.matchAll(/live\.feed\(\{[^}]*?topic: (\w+)/g)].map(
      ([, name = '']) => new RegExp(`(\\w+) as ${name}\\b`).exec(text)?.[1] ?? name,
    ),
  );
}

/** The topics of the states that a service keeps. */
function projectedBy(service: string): string[] {
  const states = sourcesBelow(`apps/${service}/src`).flatMap((text) =>
    [...text.matchAll(/new Projection\((\w+),/g)].map(([, name = '']) => name),
  );
  return states.map(
    (state) => (contracts as unknown as Record<string, { topic: { name: string } }>)[state]!.topic.name,
  );
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => readFileSync(join(repository, folder, file), 'utf8'));
}

describe('scaling on lag', () => {
  const manifests = [...manifestsIn(join(examples, 'keda'))];

  it('never has more pods than the topic has partitions', () => {
    for (const { spec } of all(manifests, 'ScaledObject')) {
      const [{ metadata }] = spec.triggers;
      const topic = contracts.allTopics().find(({ name }) => name === metadata.topic)!;
      expect(spec.maxReplicaCount).toBeLessThanOrEqual(topic.partitions);
      expect(metadata.consumerGroup).toBe(`${spec.scaleTargetRef.name.replace('chargemesh-', '')}.${topic.name}`);
    }
  });

  it('leaves the replicas to who scales', () => {
    for (const { spec } of all(manifests, 'ScaledObject')) {
      expect(one(manifests, 'Deployment', spec.scaleTargetRef.name).spec).not.toHaveProperty('replicas');
    }
  });
});
