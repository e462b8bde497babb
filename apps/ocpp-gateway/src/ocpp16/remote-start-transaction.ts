import { type ToStation, statusOutcome } from '../commands/to-station.js';

const MAX_ID_TAG = 20;

/** OCPP 1.6 §5.11. The version has no remote start id; the start is recognised by its connector and tag. */
export const remoteStartTransaction: ToStation<'ocpp1.6', 'RemoteStartTransaction', 'RequestStartTransaction'> = {
  command: 'RequestStartTransaction',
  requests: ({ evseId, idToken }) =>
    idToken.value.length > MAX_ID_TAG
      ? []
      : [{ idTag: idToken.value, ...(evseId === undefined ? {} : { connectorId: evseId }) }],
  outcome: ({ status }) => statusOutcome(status),
};
