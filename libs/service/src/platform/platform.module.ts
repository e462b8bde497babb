import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, Reflector } from '@nestjs/core';
import { AccessGuard } from '../access/access.guard.js';
import { SecretHasher } from '../access/secret-hasher.js';
import { Clock } from '../clock.js';
import { IdempotencyInterceptor } from '../idempotency/idempotency.interceptor.js';
import { readSettings } from '../settings/index.js';
import { Readiness } from '../health/readiness.js';
import { Bulk } from '../bulk/bulk.js';
import { Live } from '../live/live.js';
import { BodyInterceptor } from '../http/body.js';
import { ETagInterceptor } from '../http/etag.js';
import { KnownParametersGuard } from '../http/known-parameters.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { DeclaredProblems } from '../problems/declared.js';
import { LOGGER, PLATFORM, PROCESS_NAME, type Platform, type ReadSettings, SETTINGS } from './platform.js';

/** The one global module: what the services of a process share. */
@Global()
@Module({})
export class PlatformModule {
  static of(platform: Platform, { bodyLimitBytes }: { bodyLimitBytes: number }): DynamicModule {
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
        { provide: Bulk, useFactory: () => new Bulk(platform.logger, bodyLimitBytes) },
        Live,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: KnownParametersGuard },
        {
          provide: APP_INTERCEPTOR,
          inject: [Reflector],
          useFactory: (reflector: Reflector) => new BodyInterceptor(reflector, bodyLimitBytes),
        },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        { provide: APP_INTERCEPTOR, useClass: ETagInterceptor },
        { provide: APP_INTERCEPTOR, useClass: DeclaredProblems },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
      exports: [...shared.map(({ provide }) => provide), Bulk, Live],
    };
  }
}
