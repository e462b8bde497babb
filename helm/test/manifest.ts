/** A manifest of Kubernetes, of whatever kind. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata & { readonly name: string };
}

/** A manifest of one kind. That it has this shape is for the schemas in `crds` to say. */
export interface ManifestOf<Kind extends string> extends Manifest {
  readonly kind: Kind;
  readonly spec: Kind extends keyof Specs ? Specs[Kind] : unknown;
}

/** What runs the chart's pods. */
export type Workload = ManifestOf<'Deployment'> | ManifestOf<'Job'>;

/** Each kind's `spec`, as far as the tests look into it. */
interface Specs {
  readonly Deployment: PodOwner & {
    readonly replicas?: number;
    readonly strategy: { readonly rollingUpdate: unknown };
  };
  readonly Job: PodOwner;
  readonly Pod: PodSpec;
  readonly PodDisruptionBudget: { readonly maxUnavailable?: number };
  readonly HorizontalPodAutoscaler: Scaled & { readonly minReplicas: number; readonly maxReplicas: number };
  readonly ScaledObject: Scaled & { readonly maxReplicaCount: number; readonly triggers: readonly [KafkaTrigger] };
  readonly Service: { readonly type: string };
  readonly Ingress: { readonly rules: readonly { readonly http: { readonly paths: unknown } }[] };
  readonly HTTPRoute: { readonly rules: readonly HttpRouteRule[] };
  readonly NetworkPolicy: { readonly ingress?: readonly NetworkPolicyIngress[]; readonly egress?: unknown };
  readonly ServiceMonitor: { readonly selector: { readonly matchLabels: Labels } };
  readonly KafkaTopic: { readonly partitions: number };
  readonly KafkaUser: { readonly authorization: { readonly acls: readonly KafkaAcl[] } };
}

type Labels = Record<string, string>;

interface Metadata {
  readonly labels?: Labels;
  readonly annotations?: Labels;
}

interface PodOwner {
  readonly template: { readonly metadata: Metadata; readonly spec: PodSpec };
}

interface PodSpec {
  readonly containers: readonly [Container, ...Container[]];
  readonly terminationGracePeriodSeconds?: number;
  readonly topologySpreadConstraints?: unknown;
  readonly volumes?: unknown;
}

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly Setting[];
  readonly lifecycle?: unknown;
  readonly livenessProbe?: Probe;
  readonly ports?: unknown;
  readonly readinessProbe?: Probe;
  readonly resources?: unknown;
  readonly securityContext?: unknown;
  readonly startupProbe?: Probe;
}

interface Setting {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

interface Probe {
  readonly failureThreshold: number;
  readonly httpGet: { readonly port: string };
  readonly periodSeconds: number;
}

interface Scaled {
  readonly scaleTargetRef: { readonly name: string };
}

interface KafkaTrigger {
  readonly metadata: { readonly topic: string; readonly consumerGroup: string };
}

interface HttpRouteRule {
  readonly matches: readonly { readonly path: { readonly value: string } }[];
  readonly timeouts?: unknown;
}

interface NetworkPolicyIngress {
  readonly from?: unknown;
  readonly ports?: unknown;
}

interface KafkaAcl {
  readonly resource: { readonly type: string; readonly name: string };
  readonly operations: readonly string[];
}
