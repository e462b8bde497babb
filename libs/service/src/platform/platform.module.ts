import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AccessGuard } from '../access/access.guard.js';
import { SecretHasher } from '../access/secret-hasher.js';
import { Clock } from '../clock.js';
import { readSettings } from '../settings/index.js';
import { Readiness } from '../health/readiness.js';
import { Live } from '../live/live.js';
import { KnownParametersGuard } from '../http/known-parameters.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { StorableGuard } from '../http/storable.js';
import { LOGGER, PLATFORM, PROCESS_NAME, type Platform, type ReadSettings, SETTINGS } from './platform.js';

/** The one global module: what the services of a process share. */
@Global()
@Module({})
export class PlatformModule {
  static of(platform: Platform): DynamicModule {
    const read: ReadSettings = (shape) => readSettings(shape, platform.environment);
    const shared = [
      { provide: PLATFORM, useValue: platform },
      { provide: SETTINGS, useValue: read },
      { provide: Clock, useValue: platform.clock },
      { provide: LOGGER, useValue: platform.logger },
      { provide: PROCESS_NAME, useValue: platform.processName },
      { provide: SecretHasher, useValue: platform.hasher },
      { provide: Readiness, useValue: platform.readiness },
    ];
    return {
      module: PlatformModule,
      providers: [
        ...shared,
        Live,
        { provide: APP_GUARD, useClass: StorableGuard },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: KnownParametersGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
      exports: [...shared.map(({ provide }) => provide), Live],
    };
  }
}
