import { describe, expect, it } from '@jest/globals';
import { all, helm, chart, one, render, tool } from './helm.js';
import type { Manifest, Workload } from './manifest.js';
import { faultsOf } from './schemas.js';

const SERVICES = ['device-management', 'ocpi-gateway', 'ocpp-gateway', 'payments', 'sessions', 'tariffs'];

const container = ({ spec }: Workload) => spec.template.spec.containers[0];
const deployment = (manifests: readonly Manifest[], service: string) =>
  one(manifests, 'Deployment', `chargemesh-${service}`);
/** What a setting is, or where a secret one comes from: `secret/key`. */
function settingsOf(workload: Workload): Record<string, string> {
  return Object.fromEntries(
    container(workload).env.map(({ name, value, valueFrom }) => [
      name,
      value ?? `${valueFrom?.secretKeyRef.name}/${valueFrom?.secretKeyRef.key}`,
    ]),
  );
}

describe('the chart', () => {
  it('has a README and a schema that follow from the comments of its values', async () => {
    await tool('docs.mjs', '--check');
  });

  it('passes the strict linter as it is', async () => {
    await helm('lint', '--strict', chart);
  });

  it('fits the schemas of Kubernetes with everything switched on', async () => {
    const manifests = await render({
      serviceDefaults: { autoscaling: { mode: 'cpu' }, podAnnotations: { a: 'b' }, nodeSelector: { disk: 'fast' } },
      exposure: { kind: 'ingress', ocpp: { host: 'o.example' }, api: { host: 'a.example', tlsSecret: 'tls' } },
      monitoring: {
        serviceMonitor: { enabled: true },
        prometheusRule: { enabled: true },
        dashboards: { enabled: true },
      },
      image: { pullSecrets: ['registry'] },
      commonLabels: { team: 'charging' },
    });
    expect(manifests.flatMap(faultsOf)).toEqual([]);
  });

  it('runs each service from the one image, by its name', async () => {
    const manifests = await render();
    const running = all(manifests, 'Deployment').map((each) => container(each).args);
    expect(running).toEqual(SERVICES.map((service) => [service]));
    const images = new Set(all(manifests, 'Deployment').map((each) => container(each).image));
    expect([...images]).toEqual(['ghcr.io/chargemesh/chargemesh:0.1.0']);
  });

  it('takes a digest before a tag', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const manifests = await render({ image: { tag: '9.9.9', digest } });
    expect(container(deployment(manifests, 'sessions')).image).toBe(`ghcr.io/chargemesh/chargemesh@${digest}`);
  });
});

describe('pods', () => {
  it('are allowed nothing: no root, no token, no capability, nothing to write but /tmp', async () => {
    const manifests = await render();
    const templates = [...all(manifests, 'Deployment'), ...all(manifests, 'Job')].map(({ spec }) => spec.template.spec);
    const tests = all(manifests, 'Pod').map(({ spec }) => spec);
    expect(templates).toHaveLength(SERVICES.length + 2);
    for (const spec of [...templates, ...tests]) {
      expect(spec).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const { securityContext } of spec.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
  });

  it('have requests and a limit of memory', async () => {
    for (const manifest of all(await render(), 'Deployment')) {
      expect(container(manifest).resources).toEqual({
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
    }
  });

  it('are probed where the world does not reach', async () => {
    const manifests = await render({ exposure: { kind: 'ingress', api: { host: 'a.example' } } });
    const { ports, livenessProbe, readinessProbe } = container(deployment(manifests, 'sessions'));
    expect([livenessProbe?.httpGet.port, readinessProbe?.httpGet.port]).toEqual(['management', 'management']);
    expect(ports).toContainEqual({ name: 'management', containerPort: 9464 });
    expect(JSON.stringify(all(manifests, 'Ingress'))).not.toMatch(/"management"|9464|health|metrics/);
  });

  it('outlive minutes on a node that has no CPU for them, in which they answer nothing', async () => {
    const services = { sessions: { probes: { deadAfterSeconds: 120 } } };
    const manifests = await render({ services });
    const patience = (service: string) => {
      const { startupProbe, livenessProbe } = container(deployment(manifests, service));
      return [startupProbe, livenessProbe].map((probe) => (probe?.periodSeconds ?? 0) * (probe?.failureThreshold ?? 0));
    };
    expect([patience('tariffs'), patience('sessions')]).toEqual([
      [600, 300],
      [600, 120],
    ]);
  });

  it('of the OCPP edge have time for the end of new work, for all their sockets, and a margin', async () => {
    const manifests = await render({
      services: { 'ocpp-gateway': { shutdown: { preStopSeconds: 10, timeoutSeconds: 90, drainSeconds: 60 } } },
    });
    const edge = deployment(manifests, 'ocpp-gateway');
    expect(container(edge).lifecycle).toEqual({ preStop: { sleep: { seconds: 10 } } });
    expect(settingsOf(edge)).toMatchObject({ SHUTDOWN_TIMEOUT_MS: '90000', DRAIN_MS: '60000' });
    expect(edge.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(10 + 90);
  });

  it('are never fewer during an upgrade', async () => {
    for (const { spec } of all(await render(), 'Deployment'))
      expect(spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });

  it('roll when a Secret is said to have changed, and not otherwise', async () => {
    const sum = async (revision: string) => {
      const { template } = deployment(await render({ keys: { revision } }), 'sessions').spec;
      return template.metadata.annotations?.['checksum/secrets'];
    };
    expect(await sum('1')).toBe(await sum('1'));
    expect(await sum('1')).not.toBe(await sum('2'));
  });
});

describe('settings', () => {
  it('of all services are overridden by those of one', async () => {
    const manifests = await render({
      config: { LOG_LEVEL: 'warn', HTTP_BODY_LIMIT_BYTES: 2000000 },
      services: { sessions: { config: { LOG_LEVEL: 'debug' } } },
    });
    expect(settingsOf(deployment(manifests, 'sessions'))).toMatchObject({ LOG_LEVEL: 'debug' });
    expect(settingsOf(deployment(manifests, 'tariffs'))).toMatchObject({
      LOG_LEVEL: 'warn',
      HTTP_BODY_LIMIT_BYTES: '2000000',
    });
  });

  it('hold no secret: each comes from a Secret that is there', async () => {
    const manifests = await render();
    expect(all(manifests, 'Secret')).toEqual([]);
    expect(settingsOf(deployment(manifests, 'sessions'))).toMatchObject({
      SECRET_KEY: 'chargemesh-keys/SECRET_KEY',
      INSTALLATION_API_KEY: 'chargemesh-keys/INSTALLATION_API_KEY',
      DATABASE_URL: 'chargemesh-database/SESSIONS_DATABASE_URL',
    });
  });

  it('name the key before as well while it is renewed', async () => {
    const manifests = await render({ keys: { renewing: true } });
    const previous = { PREVIOUS_SECRET_KEY: 'chargemesh-keys/PREVIOUS_SECRET_KEY' };
    for (const each of all(manifests, 'Deployment')) expect(settingsOf(each as Workload)).toMatchObject(previous);
  });

  it('give each service the URL of its own role only, from where it is said to be', async () => {
    const manifests = await render({
      services: { tariffs: { database: { existingSecret: 'tariffs-role', urlKey: 'uri' } } },
    });
    const urlsOf = (each: Workload) => Object.keys(settingsOf(each)).filter((name) => name.endsWith('_URL'));
    expect(all(manifests, 'Deployment').map(urlsOf)).toEqual(SERVICES.map(() => ['DATABASE_URL']));
    expect(settingsOf(deployment(manifests, 'tariffs'))).toMatchObject({ DATABASE_URL: 'tariffs-role/uri' });
    expect(settingsOf(one(manifests, 'Job', 'chargemesh-migrations'))).toMatchObject({
      TARIFFS_DATABASE_URL: 'tariffs-role/uri',
      PAYMENTS_DATABASE_URL: 'chargemesh-database/PAYMENTS_DATABASE_URL',
    });
  });

  it('let payments alone send mails, by the URL of a Secret, and reach the server of them', async () => {
    const mail = { existingSecret: 'mail', from: 'Charging <receipts@example.com>' };
    const manifests = await render({ mail });
    expect(settingsOf(deployment(manifests, 'payments'))).toMatchObject({
      ...{ SMTP_URL: 'mail/SMTP_URL', SMTP_FROM: 'Charging <receipts@example.com>' },
    });
    expect(settingsOf(deployment(manifests, 'sessions'))).not.toHaveProperty('SMTP_URL');
    const ports = [465, 587].map((port) => ({ port, protocol: 'TCP' }));
    expect(one(manifests, 'NetworkPolicy', 'chargemesh-payments').spec.egress).toEqual([{ ports }]);
    expect(manifests.flatMap(faultsOf)).toEqual([]);
    const without = await render();
    expect(settingsOf(deployment(without, 'payments'))).not.toHaveProperty('SMTP_FROM');
    expect(one(without, 'NetworkPolicy', 'chargemesh-payments').spec).not.toHaveProperty('egress');
    await expect(render({ mail: { ...mail, from: '' } })).rejects.toThrow('mail.from is needed');
    const config = { SMTP_URL: 'smtps://user:password@mail.example.com' };
    await expect(render({ services: { payments: { config } } })).rejects.toThrow('SMTP_URL');
  });

  it('give the administrator to the migrations only', async () => {
    const manifests = await render();
    const having = [...all(manifests, 'Deployment'), ...all(manifests, 'Job')].filter(
      (each) => 'ADMIN_DATABASE_URL' in settingsOf(each),
    );
    expect(having.map(({ metadata }) => metadata.name)).toEqual(['chargemesh-migrations']);
  });

  it('let each service log in at Kafka by a user of its own, over TLS', async () => {
    const manifests = await render({
      kafka: {
        brokers: ['a:9093', 'b:9093'],
        tls: { enabled: true, caSecret: 'kafka-ca' },
        login: { mechanism: 'scram-sha-512', username: 'everybody', passwordSecret: 'everybody' },
      },
      services: { sessions: { kafka: { username: 'sessions', passwordSecret: 'kafka-sessions' } } },
    });
    expect(settingsOf(deployment(manifests, 'sessions'))).toMatchObject({
      KAFKA_BROKERS: 'a:9093,b:9093',
      KAFKA_TLS: 'true',
      KAFKA_TLS_CA_FILE: '/etc/chargemesh/kafka-ca/ca.crt',
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: 'sessions',
      KAFKA_SASL_PASSWORD: 'kafka-sessions/password',
    });
    expect(settingsOf(deployment(manifests, 'tariffs'))).toMatchObject({ KAFKA_SASL_USERNAME: 'everybody' });
    const { volumes } = deployment(manifests, 'sessions').spec.template.spec;
    expect(volumes).toContainEqual({
      name: 'kafka-ca',
      secret: { secretName: 'kafka-ca', defaultMode: 0o440, items: [{ key: 'ca.crt', path: 'ca.crt' }] },
    });
  });

  it('let a service show Kafka a certificate instead', async () => {
    const manifests = await render({
      kafka: { brokers: ['a:9093'], tls: { enabled: true }, login: { certificateSecret: 'client' } },
    });
    expect(settingsOf(deployment(manifests, 'sessions'))).toMatchObject({
      KAFKA_TLS_CERT_FILE: '/etc/chargemesh/kafka-login/tls.crt',
      KAFKA_TLS_KEY_FILE: '/etc/chargemesh/kafka-login/tls.key',
    });
  });

  it('let a service have a token for Kafka', async () => {
    const login = { mechanism: 'oauthbearer', tokenUrl: 'https://id.example/token', clientId: 'c', clientSecret: 's' };
    const manifests = await render({ kafka: { brokers: ['a:9093'], tls: { enabled: true }, login } });
    expect(settingsOf(deployment(manifests, 'sessions'))).toMatchObject({
      KAFKA_OAUTH_TOKEN_URL: 'https://id.example/token',
      KAFKA_OAUTH_CLIENT_SECRET: 's/clientSecret',
    });
  });
});

describe('migrations and topics', () => {
  it('come before anything else, as hooks of Helm', async () => {
    const manifests = await render();
    const hooks = all(manifests, 'Job').map(({ metadata }) => [metadata.name, metadata.annotations]);
    expect(hooks).toEqual([
      ['chargemesh-migrations', expect.objectContaining({ 'helm.sh/hook': 'pre-install,pre-upgrade' })],
      ['chargemesh-topics', expect.objectContaining({ 'helm.sh/hook': 'pre-install,pre-upgrade' })],
    ]);
    expect(container(one(manifests, 'Job', 'chargemesh-migrations')).args).toEqual(['migrate', ...SERVICES]);
    expect(container(one(manifests, 'Job', 'chargemesh-topics')).args).toEqual(['topics']);
  });

  it('need nothing that the chart makes, for it is not there yet', async () => {
    for (const { spec } of all(await render(), 'Job')) {
      expect(spec.template.spec).not.toHaveProperty('serviceAccountName');
      expect(JSON.stringify(spec)).not.toContain('configMap');
    }
  });

  it('are plain jobs without hooks, of which another version is another job', async () => {
    const nameOf = async (tag: string) => {
      const manifests = await render({ migrations: { mode: 'job' }, topics: { mode: 'none' }, image: { tag } });
      const [job, ...others] = all(manifests, 'Job');
      expect([others, job?.metadata.annotations]).toEqual([[], undefined]);
      return job?.metadata.name;
    };
    expect(await nameOf('1')).toMatch(/^chargemesh-migrations-[0-9a-f]{8}$/);
    expect(await nameOf('1')).not.toBe(await nameOf('2'));
  });

  it('leave out the services that are not installed', async () => {
    const manifests = await render({ services: { payments: { enabled: false } } });
    const job = one(manifests, 'Job', 'chargemesh-migrations');
    expect(container(job).args).not.toContain('payments');
    expect(settingsOf(job)).not.toHaveProperty('PAYMENTS_DATABASE_URL');
    expect(JSON.stringify(manifests)).not.toContain('chargemesh-payments');
  });
});

describe('availability', () => {
  it('lets only one pod of a service be taken away at a time', async () => {
    const budgets = all(await render(), 'PodDisruptionBudget').map(({ spec }) => spec.maxUnavailable);
    expect(budgets).toEqual(SERVICES.map(() => 1));
  });

  it('spreads the pods of each version over zones and nodes', async () => {
    const manifests = await render({ serviceDefaults: { topologySpread: { zones: 'DoNotSchedule' } } });
    const spread = deployment(manifests, 'sessions').spec.template.spec.topologySpreadConstraints;
    expect(spread).toEqual([
      expect.objectContaining({ topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' }),
      expect.objectContaining({ topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' }),
    ]);
  });

  it('scales by CPU where that is asked for, and then says nothing of replicas', async () => {
    const manifests = await render({
      services: { sessions: { autoscaling: { mode: 'cpu', minReplicas: 3, maxReplicas: 9 } } },
    });
    const scalers = all(manifests, 'HorizontalPodAutoscaler');
    expect(scalers.map(({ spec }) => [spec.scaleTargetRef.name, spec.minReplicas, spec.maxReplicas])).toEqual([
      ['chargemesh-sessions', 3, 9],
    ]);
    expect(deployment(manifests, 'sessions').spec).not.toHaveProperty('replicas');
    expect(deployment(manifests, 'tariffs').spec.replicas).toBe(2);
  });
});

describe('exposure', () => {
  it('is nothing unless it is asked for', async () => {
    const manifests = await render({ exposure: { api: { host: 'a.example' } } });
    expect(manifests.filter(({ kind }) => kind === 'Ingress' || kind === 'HTTPRoute')).toEqual([]);
    expect(new Set(all(manifests, 'Service').map(({ spec }) => spec.type))).toEqual(new Set(['ClusterIP']));
  });

  it('keeps the sockets of stations open at an Ingress', async () => {
    const manifests = await render({ exposure: { kind: 'ingress', ocpp: { host: 'o.example', tlsSecret: 'tls' } } });
    const [ingress, ...others] = all(manifests, 'Ingress');
    expect(others).toEqual([]);
    expect(ingress!.metadata.annotations).toMatchObject({ 'nginx.ingress.kubernetes.io/proxy-read-timeout': '3600' });
    expect(ingress!.spec.rules[0]?.http.paths).toEqual([
      {
        path: '/ocpp',
        pathType: 'Prefix',
        backend: { service: { name: 'chargemesh-ocpp-gateway', port: { name: 'http' } } },
      },
    ]);
  });

  it('keeps the sockets of stations open at a Gateway', async () => {
    const gateway = { parentRefs: [{ name: 'public' }] };
    const manifests = await render({
      exposure: { kind: 'gateway', gateway, ocpp: { host: 'o.example' }, api: { host: 'a.example' } },
    });
    const [api, ocpp] = all(manifests, 'HTTPRoute');
    expect(ocpp!.spec.rules[0]?.timeouts).toEqual({ request: '0s' });
    const paths = api!.spec.rules.map(({ matches }) => matches[0]?.path.value);
    expect(paths).toEqual(SERVICES.map((service) => `/api/${service}`));
  });

  it('leads drivers to the pages they pay at, and has these in QR codes', async () => {
    const manifests = await render({ exposure: { kind: 'ingress', pay: { host: 'pay.example' } } });
    expect(all(manifests, 'Ingress').map(({ spec }) => spec.rules[0]?.http.paths)).toEqual([
      [
        {
          path: '/pay',
          pathType: 'Prefix',
          backend: { service: { name: 'chargemesh-payments', port: { name: 'http' } } },
        },
      ],
    ]);
    const env = (name: string) =>
      one(manifests, 'Deployment', `chargemesh-${name}`).spec.template.spec.containers[0]?.env ?? [];
    expect(env('payments')).toContainEqual({ name: 'CHECKOUT_URL', value: 'https://pay.example' });
    expect(env('payments')).toContainEqual({ name: 'SANDBOX_PAYMENTS', value: 'false' });
    expect(env('sessions').map(({ name }) => name)).not.toContain('CHECKOUT_URL');
  });
});

describe('network policies', () => {
  it('deny every pod everything that is not said', async () => {
    const manifests = await render();
    expect(one(manifests, 'NetworkPolicy', 'chargemesh-default-deny').spec).toEqual({
      podSelector: {
        matchLabels: { 'app.kubernetes.io/name': 'chargemesh', 'app.kubernetes.io/instance': 'chargemesh' },
      },
      policyTypes: ['Ingress', 'Egress'],
    });
    const release = { 'app.kubernetes.io/name': 'chargemesh', 'app.kubernetes.io/instance': 'chargemesh' };
    for (const { spec } of [...all(manifests, 'Deployment'), ...all(manifests, 'Job')])
      expect(spec.template.metadata.labels).toMatchObject(release);
  });

  it('let nobody but the test and who collects metrics reach the management port', async () => {
    const monitoring = [{ namespaceSelector: { matchLabels: { name: 'observability' } } }];
    const manifests = await render({ networkPolicy: { monitoring } });
    const management = one(manifests, 'NetworkPolicy', 'chargemesh-sessions').spec.ingress?.[1];
    expect(management?.ports).toEqual([{ port: 'management', protocol: 'TCP' }]);
    expect(management?.from).toEqual([expect.objectContaining({ podSelector: expect.anything() }), ...monitoring]);
  });

  it('let a service reach what it alone needs', async () => {
    const egress = [{ ports: [{ port: 443, protocol: 'TCP' }] }];
    const manifests = await render({ services: { 'ocpi-gateway': { egress } } });
    expect(one(manifests, 'NetworkPolicy', 'chargemesh-ocpi-gateway').spec.egress).toEqual(egress);
    expect(one(manifests, 'NetworkPolicy', 'chargemesh-sessions').spec).not.toHaveProperty('egress');
  });

  it('can be left to somebody else', async () => {
    expect(all(await render({ networkPolicy: { enabled: false } }), 'NetworkPolicy')).toEqual([]);
  });
});

describe('monitoring', () => {
  it('is off without its operator, and looks at every service otherwise', async () => {
    const kinds = ['ServiceMonitor', 'PrometheusRule', 'ConfigMap'];
    expect((await render()).filter(({ kind }) => kinds.includes(kind))).toEqual([]);
    const manifests = await render({ monitoring: { serviceMonitor: { enabled: true, labels: { release: 'x' } } } });
    const [monitor] = all(manifests, 'ServiceMonitor');
    expect(monitor).toMatchObject({
      metadata: { labels: { release: 'x' } },
      spec: { endpoints: [{ port: 'management', path: '/metrics' }] },
    });
    for (const { metadata } of all(manifests, 'Service'))
      expect(metadata.labels).toMatchObject(monitor!.spec.selector.matchLabels);
  });
});

describe('values that are refused', () => {
  it.each([
    ['an unknown value', { databse: {} }, "additional properties 'databse'"],
    ['an unknown value of a service', { services: { sessions: { replica: 3 } } }, "additional properties 'replica'"],
    ['an unknown service', { services: { session: {} } }, "additional properties 'session'"],
    ['a value of another type', { serviceDefaults: { replicas: 'two' } }, 'got string, want integer'],
    ['a number of pods that is none', { serviceDefaults: { replicas: 0 } }, 'minimum'],
    ['a word that is not one of several', { migrations: { mode: 'sometimes' } }, 'one of'],
    ['a secret among the settings', { config: { SECRET_KEY: 'x' } }, 'invalid propertyName'],
    [
      'a password among the settings',
      { services: { sessions: { config: { DATABASE_URL: 'x' } } } },
      'invalid propertyName',
    ],
    ['a setting that other values make', { config: { DRAIN_MS: '1' } }, 'DRAIN_MS is made from other values'],
    ['no broker', { kafka: { brokers: [] } }, 'kafka.brokers must name a broker'],
    ['a broker without a port', { kafka: { brokers: ['kafka'] } }, 'does not match pattern'],
    ['a pod that dies of a moment', { serviceDefaults: { probes: { deadAfterSeconds: 5 } } }, 'minimum'],
    ['more pods than partitions', { serviceDefaults: { autoscaling: { maxReplicas: 25 } } }, 'maximum'],
    [
      'a login that shows its password',
      { kafka: { brokers: ['a:9092'], login: { mechanism: 'plain', username: 'u', passwordSecret: 's' } } },
      'shows its secret to whoever listens',
    ],
    [
      'a login without a user',
      { kafka: { brokers: ['a:9092'], login: { mechanism: 'scram-sha-512', passwordSecret: 's' } } },
      'kafka.login.username is needed',
    ],
    [
      'a certificate without TLS',
      { kafka: { brokers: ['a:9092'], login: { certificateSecret: 'c' } } },
      'set kafka.tls.enabled',
    ],
    [
      'a drain that the shutdown has no time for',
      { services: { 'ocpp-gateway': { shutdown: { timeoutSeconds: 30, drainSeconds: 30 } } } },
      'drainSeconds must be below timeoutSeconds',
    ],
    [
      'two addresses of the pages that drivers pay at',
      {
        exposure: { pay: { host: 'a.example' } },
        services: { payments: { config: { CHECKOUT_URL: 'https://b.example' } } },
      },
      'CHECKOUT_URL',
    ],
    ['a Gateway without a name', { exposure: { kind: 'gateway', api: { host: 'a.example' } } }, 'parentRefs'],
  ])('%s', async (_, values, reason) => {
    const refused = render(values).then(
      () => 'rendered',
      (error: Error) => error.message,
    );
    expect(await refused).toContain(reason);
  });
});
