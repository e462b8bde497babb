import { ReportDataReceived, holdsSecret, newEvent, present } from '@chargemesh/contracts';
import type { Response } from '@chargemesh/ocpp';
import type { Ocpp2, ToStation2 } from './versions.js';
import { addressOf, resultsOutcome } from './variables.js';

type Result = Response<Ocpp2, 'GetVariables'>['getVariableResult'][number];

/** OCPP 2.x B06. The values are published like a report of the device model. */
export const getVariables: ToStation2<'GetVariables', 'GetVariables'> = {
  command: 'GetVariables',
  // The version asks for at least one; all of them are what a base report is for.
  requests: ({ variables }) => {
    const [first, ...others] = variables.map(addressOf);
    return first ? [{ getVariableData: [first, ...others] }] : [];
  },
  outcome: ({ getVariableResult }) =>
    resultsOutcome(getVariableResult.map(({ attributeStatus, variable }) => [variable.name, attributeStatus])),
  withoutSecrets: (response) => ({ ...response, getVariableResult: response.getVariableResult.map(shown) }),
  events: ({ getVariableResult }, { stationId, operatorId, epoch, receivedAt, commandId, traceparent }) => {
    const variables = getVariableResult.flatMap(
      ({ component, variable, attributeStatus, attributeType, attributeValue }) =>
        attributeStatus === 'Accepted' && (attributeType ?? 'Actual') === 'Actual'
          ? present({
              component: component.name,
              evseId: component.evse?.id,
              instance: component.instance,
              variable: variable.name,
              variableInstance: variable.instance,
              value: attributeValue,
            })
          : [],
    );
    if (variables.length === 0) return [];
    const part = { stationId, epoch, receivedAt, messageId: commandId, requestId: 0, part: 0, last: true, variables };
    return [newEvent(ReportDataReceived, { operatorId, time: receivedAt, traceparent, data: part })];
  },
};

function shown({ attributeValue, ...result }: Result): Result {
  return attributeValue === undefined || holdsSecret(result.variable.name) ? result : { ...result, attributeValue };
}
