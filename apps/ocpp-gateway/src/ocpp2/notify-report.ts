import { ReportDataReceived, holdsSecret, newEvent, present } from '@chargemesh/contracts';
import type { Request } from '@chargemesh/ocpp';
import { envelopeOf, messageIdentity } from '../station/message-context.js';
import type { FromStation2, Ocpp2 } from './versions.js';

type ReportData = NonNullable<Request<Ocpp2, 'NotifyReport'>['reportData']>[number];

/** OCPP 2.x B07, B08: one part of a report of the device model; only actual values are published, and none that is a secret. */
export const notifyReport: FromStation2<'NotifyReport', 'events'> = async (request, context, { events }) => {
  const variables = (request.reportData ?? []).flatMap(actualValues);
  const data = {
    ...messageIdentity(context, request),
    requestId: request.requestId,
    part: request.seqNo,
    last: !request.tbc,
    variables,
  };
  await events.append([newEvent(ReportDataReceived, { ...envelopeOf(context), data })]);
  return {};
};

function actualValues({ component, variable, variableAttribute }: ReportData) {
  return variableAttribute
    .filter(({ type }) => (type ?? 'Actual') === 'Actual')
    .map(({ value, mutability }) =>
      present({
        component: component.name,
        evseId: component.evse?.id,
        instance: component.instance,
        variable: variable.name,
        variableInstance: variable.instance,
        value: holdsSecret(variable.name) ? undefined : value,
        mutability,
      }),
    );
}
