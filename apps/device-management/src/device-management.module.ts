import { Module } from '@nestjs/common';
import {
  OWN_STATES,
  type OwnStates,
  type ReadSettings,
  SETTINGS,
  ServiceModule,
  type States,
  statesControllerOf,
} from '@chargemesh/service';
import { AfirController } from './afir/afir.controller.js';
import { AfirService } from './afir/afir.service.js';
import { bulkControllers } from './devices.bulk.js';
import { CommandsController } from './commands/commands.controller.js';
import { CommandsHandler } from './commands/commands.handler.js';
import { CommandsService } from './commands/commands.service.js';
import { DEVICE_SETTINGS, settings } from './config.js';
import { CredentialsService } from './credentials/credentials.service.js';
import { CredentialsStore } from './credentials/credentials.store.js';
import { TakenIdsStore } from './ids/taken-ids.store.js';
import { LocationsController } from './locations/locations.controller.js';
import { LocationsService } from './locations/locations.service.js';
import { LocationsStore } from './locations/locations.store.js';
import { MeterKeyGapsController } from './meter-keys/meter-key-gaps.controller.js';
import { MeterKeysController } from './meter-keys/meter-keys.controller.js';
import { MeterKeysService } from './meter-keys/meter-keys.service.js';
import { MeterKeysStore } from './meter-keys/meter-keys.store.js';
import { ObservationsHandler } from './observations/observations.handler.js';
import { ObservationsService } from './observations/observations.service.js';
import { ObservationsStore } from './observations/observations.store.js';
import { ApiKeysController } from './operators/api-keys.controller.js';
import { ApiKeysService } from './operators/api-keys.service.js';
import { OperatorsController } from './operators/operators.controller.js';
import { OperatorsService } from './operators/operators.service.js';
import { OperatorsStore } from './operators/operators.store.js';
import { DeviationsController } from './deviations/deviations.controller.js';
import { DeviationsService } from './deviations/deviations.service.js';
import { DeviationsStore } from './deviations/deviations.store.js';
import { StationsController } from './stations/stations.controller.js';
import { StationsService } from './stations/stations.service.js';
import { StationsStore } from './stations/stations.store.js';

/** Whose rows other services keep copies of; the gateway lets stations in by their credentials, so these come last. */
const TOLD = [
  OperatorsService,
  ApiKeysService,
  LocationsService,
  StationsService,
  MeterKeysService,
  CredentialsService,
];

@Module({
  imports: [ServiceModule.for('device-management')],
  controllers: [
    OperatorsController,
    ApiKeysController,
    LocationsController,
    StationsController,
    CommandsController,
    CommandsHandler,
    MeterKeysController,
    MeterKeyGapsController,
    DeviationsController,
    AfirController,
    ObservationsHandler,
    ...bulkControllers,
    statesControllerOf('device-management'),
  ],
  providers: [
    { provide: DEVICE_SETTINGS, inject: [SETTINGS], useFactory: (read: ReadSettings) => read(settings) },
    TakenIdsStore,
    OperatorsService,
    OperatorsStore,
    ApiKeysService,
    LocationsService,
    LocationsStore,
    StationsService,
    StationsStore,
    CredentialsService,
    CredentialsStore,
    ObservationsService,
    ObservationsStore,
    DeviationsService,
    DeviationsStore,
    AfirService,
    MeterKeysService,
    MeterKeysStore,
    CommandsService,
    {
      provide: OWN_STATES,
      inject: [OperatorsStore, ...TOLD],
      useFactory: (operators: OperatorsStore, ...told: { states: States }[]): OwnStates => ({
        operatorIds: (tx) => operators.allIds(tx),
        of: told.map(({ states }) => states),
      }),
    },
  ],
})
export class DeviceManagementModule {}
