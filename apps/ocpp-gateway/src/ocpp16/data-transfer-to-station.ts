import { type ToStation, statusOutcome } from '../commands/to-station.js';

/** OCPP 1.6 §5.6. Data is text here; anything else is sent as JSON. */
export const dataTransferToStation: ToStation<'ocpp1.6', 'DataTransfer', 'DataTransfer'> = {
  command: 'DataTransfer',
  requests: ({ vendorId, messageId, data }) => [
    {
      vendorId,
      ...(messageId === undefined ? {} : { messageId }),
      ...(data === undefined ? {} : { data: typeof data === 'string' ? data : JSON.stringify(data) }),
    },
  ],
  outcome: ({ status, data }) => statusOutcome(status, data),
};
