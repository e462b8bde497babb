import type { ServiceDefinition } from '@chargemesh/service';
import { settings } from './config.js';
import { CommandRow } from './commands/command.entity.js';
import { Credential } from './credentials/credential.entity.js';
import { DeviceManagementModule } from './device-management.module.js';
import { Location } from './locations/location.entity.js';
import { MeterKey } from './meter-keys/meter-key.entity.js';
import { DeviceTables1700100000000 } from './migrations/1700100000000-devices.js';
import { MeterKeys1700100000500 } from './migrations/1700100000500-meter-keys.js';
import { OperatorSettings1900300001001 } from './migrations/1900300001001-operator-settings.js';
import { LenientReadings1900100003001 } from './migrations/1900100003001-lenient-readings.js';
import { PublicPlaces1900100008001 } from './migrations/1900100008001-public-places.js';
import { UntoldZones1900400030004 } from './migrations/1900400030004-untold-zones.js';
import { DevicesListed1900400240011 } from './migrations/1900400240011-listed.js';
import { Variable } from './observations/variable.entity.js';
import { ApiKey } from './operators/api-key.entity.js';
import { Operator } from './operators/operator.entity.js';
import { Station } from './stations/station.entity.js';

/** Operators, locations, stations, EVSEs and connectors: what there is, who owns it, and how it is right now. */
export const deviceManagementService: ServiceDefinition = {
  name: 'device-management',
  schema: 'device_management',
  module: DeviceManagementModule,
  settings,
  entities: [Operator, ApiKey, Location, Station, Credential, Variable, CommandRow, MeterKey],
  migrations: [
    DeviceTables1700100000000,
    MeterKeys1700100000500,
    LenientReadings1900100003001,
    PublicPlaces1900100008001,
    OperatorSettings1900300001001,
    UntoldZones1900400030004,
    DevicesListed1900400240011,
  ],
};
