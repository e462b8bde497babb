import { StationBooted, newEvent, present } from '@chargemesh/contracts';
import { type FromStation, about, byMessage } from '../station/call.js';

/** OCPP 1.6 §4.2. Known but unreleased stations are Pending and ask again after the interval. */
export const bootNotification: FromStation<'ocpp1.6', 'BootNotification'> = async (request, call, abilities) => {
  const { status, intervalS } = await abilities.registration(call);
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
  await abilities.noteBoot(call);
  await abilities.tell([newEvent(StationBooted, { ...about(call), data: present(booted) })]);
  return { status, currentTime: abilities.now(), interval: intervalS };
};
