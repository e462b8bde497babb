import { StationBooted, newEvent, present } from '@chargemesh/contracts';
import { about, byMessage } from '../station/call.js';
import type { FromStation } from '../station/ports.js';

/** OCPP 1.6 §4.2. Known but unreleased stations are Pending and ask again after the interval. */
export const bootNotification: FromStation<
  'ocpp1.6',
  'BootNotification',
  'clock' | 'events' | 'registration' | 'starts'
> = async (request, call, { clock, events, registration, starts }) => {
  const { status, intervalS } = await registration.of(call);
  const booted = {
    ...byMessage(call, request),
    // 1.6 does not tell why.
    reason: 'Unknown',
    vendor: request.chargePointVendor,
    model: request.chargePointModel,
    serialNumber: request.chargePointSerialNumber ?? request.chargeBoxSerialNumber,
    firmwareVersion: request.firmwareVersion,
    registration: status,
  };
  await starts.booted(call);
  await events.append([newEvent(StationBooted, { ...about(call), data: present(booted) })]);
  return { status, currentTime: clock.now(), interval: intervalS };
};
