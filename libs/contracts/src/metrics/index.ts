import * as charging from './charging.js';
import * as messaging from './messaging.js';
import type { Metric } from './metric.js';
import * as ocpp from './ocpp.js';
import * as outbound from './outbound.js';
import * as payments from './payments.js';
import * as process from './process.js';

export { type Kind, type Metric, labelOf, metric, nameWithUnit, seriesOf } from './metric.js';

/** Everything that the platform measures, by where it is measured. */
export const platformMetrics = { process, messaging, ocpp, charging, outbound, payments } as const;

export function allMetrics(): Metric[] {
  return Object.values(platformMetrics).flatMap((group): Metric[] => Object.values(group));
}
