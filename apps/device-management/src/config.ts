import { type Settings, integer } from '@chargemesh/service';

export const settings = {
  DEVICE_COMMAND_TIMEOUT_S: integer(30, { min: 1, max: 3_600 }).means(
    'How long a station has to answer a command, in seconds, unless the request says otherwise.',
  ),
};
export type DeviceSettings = Settings<typeof settings>;

export const DEVICE_SETTINGS = Symbol('settings of device-management');
