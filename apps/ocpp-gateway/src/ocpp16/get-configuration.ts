import { ReportDataReceived, holdsSecret, newEvent, present } from '@chargemesh/contracts';
import type { Response } from '@chargemesh/ocpp';
import type { ToStation } from '../commands/to-station.js';

type Key = NonNullable<Response<'ocpp1.6', 'GetConfiguration'>['configurationKey']>[number];

/** What a configuration key belongs to in the words of the device model, which 1.6 does not have. */
const COMPONENT = 'Configuration';

/** OCPP 1.6 §5.8. Variables are keys; none means all. The answer is published like a report of the device model. */
export const getConfiguration: ToStation<'ocpp1.6', 'GetConfiguration', 'GetVariables'> = {
  command: 'GetVariables',
  requests: ({ variables }) => [{ key: variables.map(({ variable }) => variable) }],
  outcome: ({ unknownKey = [] }) =>
    unknownKey.length > 0
      ? { status: 'rejected', detail: `unknown: ${unknownKey.join(', ')}` }
      : { status: 'accepted' },
  withoutSecrets: ({ configurationKey, ...others }) => ({
    ...others,
    ...(configurationKey && { configurationKey: configurationKey.map(shown) }),
  }),
  events: ({ configurationKey = [] }, { stationId, operatorId, epoch, receivedAt, commandId, traceparent }) => {
    const variables = configurationKey.map(({ key, value, readonly }) =>
      present({ component: COMPONENT, variable: key, value, mutability: readonly ? 'ReadOnly' : 'ReadWrite' }),
    );
    const part = { stationId, epoch, receivedAt, messageId: commandId, requestId: 0, part: 0, last: true, variables };
    return [newEvent(ReportDataReceived, { operatorId, time: receivedAt, traceparent, data: part })];
  },
};

function shown({ value, ...entry }: Key): Key {
  return value === undefined || holdsSecret(entry.key) ? entry : { ...entry, value };
}
