import { type Settings, integer } from '@chargemesh/service';

export const settings = {
  DEVICE_COMMAND_TIMEOUT_S: integer(30, { min: 1, max: 3_600 }).means(
    'How long a station has to answer a command, in seconds, unless the request says otherwise.',
  ),
  COMMAND_DAYS: integer(400, { min: 1, max: 4_000 }).means(
    'Days for which commands to stations and what became of them are kept.',
  ),
};
export type DeviceSettings = Settings<typeof settings>;

export const DEVICE_SETTINGS = Symbol('settings of device-management');
