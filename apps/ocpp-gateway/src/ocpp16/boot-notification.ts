import { StationBooted, newEvent, present } from '@chargemesh/contracts';
import { envelopeOf, messageIdentity } from '../station/message-context.js';
import type { FromStation } from '../station/ports.js';

/** OCPP 1.6 §4.2. Known but unreleased stations are Pending and ask again after the interval. */
export const bootNotification: FromStation<
  'ocpp1.6',
  'BootNotification',
  'clock' | 'events' | 'registration' | 'transactionIds'
> = async (request, context, { clock, events, registration, transactionIds }) => {
  const { status, intervalS } = await registration.of(context);
  const booted = {
    ...messageIdentity(context, request),
    // 1.6 does not tell why.
    reason: 'Unknown',
    vendor: request.chargePointVendor,
    model: request.chargePointModel,
    serialNumber: request.chargePointSerialNumber ?? request.chargeBoxSerialNumber,
    firmwareVersion: request.firmwareVersion,
    registration: status,
  };
  context.toldTimes?.booted(context.receivedAt);
  await transactionIds.booted(context);
  await events.append([newEvent(StationBooted, { ...envelopeOf(context), data: present(booted) })]);
  return { status, currentTime: clock.now(), interval: intervalS };
};
