import { type Settings, integer } from '@chargemesh/service';

export const settings = {
  /** How long a station has to answer a command, in seconds, unless the request says otherwise. */
  DEVICE_COMMAND_TIMEOUT_S: integer(30, { min: 1, max: 3_600 }),
};
export type DeviceSettings = Settings<typeof settings>;

export const DEVICE_SETTINGS = Symbol('settings of device-management');
