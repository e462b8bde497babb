import type { ToStation2 } from './versions.js';
import { addressOf, resultsOutcome } from './variables.js';

/** OCPP 2.x B06. */
export const getVariables: ToStation2<'GetVariables', 'GetVariables'> = {
  command: 'GetVariables',
  // The version asks for at least one; all of them are what a base report is for.
  requests: ({ variables }) => {
    const [first, ...others] = variables.map(addressOf);
    return first ? [{ getVariableData: [first, ...others] }] : [];
  },
  outcome: ({ getVariableResult }) =>
    resultsOutcome(getVariableResult.map(({ attributeStatus, variable }) => [variable.name, attributeStatus])),
};
