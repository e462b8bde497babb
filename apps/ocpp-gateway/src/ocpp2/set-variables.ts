import type { ToStation2 } from './versions.js';
import { addressOf, resultsOutcome } from './variables.js';

/** OCPP 2.x B05. */
export const setVariables: ToStation2<'SetVariables', 'SetVariables'> = {
  command: 'SetVariables',
  requests: ({ variables }) => {
    const [first, ...others] = variables.map((variable) => ({
      ...addressOf(variable),
      attributeValue: variable.value,
    }));
    return first ? [{ setVariableData: [first, ...others] }] : [];
  },
  outcome: ({ setVariableResult }) =>
    resultsOutcome(setVariableResult.map(({ attributeStatus, variable }) => [variable.name, attributeStatus])),
};
