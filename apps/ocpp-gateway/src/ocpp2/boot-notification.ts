import { StationBooted, newEvent, present } from '@chargemesh/contracts';
import { envelopeOf, messageIdentity } from '../station/message-context.js';
import type { FromStation2 } from './versions.js';

/** OCPP 2.x B01–B03. Known but unreleased stations are Pending and ask again after the interval. */
export const bootNotification: FromStation2<'BootNotification', 'clock' | 'events' | 'registration'> = async (
  request,
  context,
  { clock, events, registration },
) => {
  const { status, intervalS } = await registration.of(context);
  const { chargingStation: station } = request;
  const booted = {
    ...messageIdentity(context, request),
    reason: request.reason,
    vendor: station.vendorName,
    model: station.model,
    serialNumber: station.serialNumber,
    firmwareVersion: station.firmwareVersion,
    registration: status,
  };
  context.toldTimes?.booted(context.receivedAt);
  await events.append([newEvent(StationBooted, { ...envelopeOf(context), data: present(booted) })]);
  return { status, currentTime: clock.now(), interval: intervalS };
};
