import { type ToStation, statusOutcome } from '../commands/to-station.js';

/** OCPP 1.6 §5.3. One key at a time. */
export const changeConfiguration: ToStation<'ocpp1.6', 'ChangeConfiguration', 'SetVariables'> = {
  command: 'SetVariables',
  requests: ({ variables }) => variables.map(({ variable, value }) => ({ key: variable, value })),
  outcome: ({ status }) => statusOutcome(status, undefined, ['RebootRequired']),
};
