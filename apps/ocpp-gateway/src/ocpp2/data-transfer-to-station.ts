import { statusOutcome } from '../commands/to-station.js';
import type { ToStation2 } from './versions.js';

/** OCPP 2.x P01. */
export const dataTransferToStation: ToStation2<'DataTransfer', 'DataTransfer'> = {
  command: 'DataTransfer',
  requests: ({ vendorId, messageId, data }) => [
    {
      vendorId,
      ...(messageId === undefined ? {} : { messageId }),
      // Any JSON value, says the specification; the generated type knows objects only.
      ...(data === undefined ? {} : { data: data as Record<string, unknown> }),
    },
  ],
  outcome: ({ status, statusInfo }) => statusOutcome(status, statusInfo?.reasonCode),
};
