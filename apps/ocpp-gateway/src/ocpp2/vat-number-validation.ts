import { present } from '@chargemesh/contracts';
import type { FromStation } from '../station/ports.js';
import { inRange } from '../station/ranges.js';

/** What the answer has room for. No number of the Union is longer. */
const LENGTH_MAX = 20;

/** OCPP 2.1 C18–C23: whether a driver may have a receipt for a company. What nobody confirms in time is not accepted, and says so. */
export const vatNumberValidation: FromStation<'ocpp2.1', 'VatNumberValidation', 'terminals'> = async (
  { vatNumber, evseId },
  context,
  { terminals },
) => {
  const answer = await terminals.validate(context, present(inRange({ vatNumber, evseId })));
  const { status = 'Rejected', company } = answer ?? {};
  const statusInfo = answer ? undefined : { reasonCode: 'Timeout' };
  return present({ status, vatNumber: vatNumber.slice(0, LENGTH_MAX), evseId, company, statusInfo });
};
