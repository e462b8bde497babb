import { present } from '@chargemesh/contracts';
import { instant } from '../meter/samples.js';
import { UnprocessableMessage } from '../station/message-context.js';
import type { FromStation, Quarantined } from '../station/ports.js';

/** Beyond it a number of JSON is no exact amount. */
const AMOUNT_BELOW = 1e9;
/** OCPP's decimals have six places at most. */
const PLACES = 6;

/** OCPP 2.1 C19–C22: what a terminal took, or did not. It is answered once it cannot be lost; a receipt comes along where there is one. */
export const notifySettlement: FromStation<'ocpp2.1', 'NotifySettlement', 'terminals'> = async (
  request,
  context,
  { terminals },
) => {
  const { pspRef, status, statusInfo, transactionId, receiptId, receiptUrl, vatNumber, vatCompany } = request;
  const { customData: _, ...company } = vatCompany ?? {};
  const { receiptId: id, receiptUrl: url } = await terminals.settled(
    context,
    present({
      ...{ pspRef, status, statusInfo, transactionId, receiptId, receiptUrl, vatNumber },
      amount: decimalOf(request.settlementAmount),
      settledAt: instant(request.settlementTime),
      vatCompany: vatCompany && (company as typeof vatCompany),
    }),
  );
  return present({ receiptId: id, receiptUrl: url });
};

/** Without a receipt: a person finds out what was taken. */
export const settlementQuarantined: Quarantined<'ocpp2.1', 'NotifySettlement'> = () => Promise.resolve({});

function decimalOf(amount: number): string {
  if (amount >= 0 && amount < AMOUNT_BELOW) return String(Number(amount.toFixed(PLACES)));
  throw new UnprocessableMessage('/settlementAmount is no amount that was taken');
}
