import { type Outcome, OutboundTelemetry } from '@chargemesh/outbound';

const destination = 'partner:of-a-test';
const provider = 'provider:of-a-test';
const operatorId = '01900000-0000-7000-8000-0000000000b1';
const call = { callId: operatorId, operatorId, destination, orderKey: 'a', kind: 'cdr', body: {}, attempt: 1 };
const OUTCOMES: readonly Outcome[] = [
  { result: 'delivered' },
  { result: 'rejected' },
  { result: 'failed', error: 'it is away' },
];

/** Tells of calls, of which the oldest has waited for two hours, in the place of a service that makes some: there is none yet. */
export function tellOfCalls(): void {
  const telemetry = new OutboundTelemetry();
  telemetry.waits([destination, provider].map((to) => ({ operatorId, destination: to, waiting: 3, oldestS: 7_200 })));
  for (const outcome of OUTCOMES) telemetry.attempted(call, outcome, 40);
}
