import type { Server } from 'node:http';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CustomStrategy } from '@nestjs/microservices';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import type { Environment } from '../settings/index.js';
import type { ServiceDefinition } from '../definition.js';
import { allowOrigins } from '../http/allowed-origins.js';
import { binding } from '../http/bind.js';
import { serveOpenApi } from '../http/openapi.js';
import { refuseUnstorableUrl } from '../http/storable.js';
import { RequestsInHand, addressOf, boundServer, closeRefusedUpgrades, securityHeaders } from '../http/server.js';
import { Live } from '../live/live.js';
import { ManagementServer } from '../management/server.js';
import { httpTelemetry } from '../telemetry/http.js';
import { NestLogger } from '../telemetry/logger.js';
import { type Base, type Overrides, openPlatform, prepare } from './open.js';
import type { Platform } from './platform.js';
import { PlatformModule } from './platform.module.js';
import { Waiting } from './waiting.js';

export interface StartOptions {
  readonly services: readonly ServiceDefinition[];
  /** Modules of the composition itself, beside those of the services. */
  readonly modules?: readonly (Type | DynamicModule)[];
  /** The process's own, if absent. */
  readonly environment?: Environment;
  /** Where health and metrics are served, at the first that nobody has; that of the settings, if absent. */
  readonly managementPorts?: readonly number[];
  readonly overrides?: Overrides;
}

export interface Running {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** Where health and metrics are. */
  readonly managementUrl: string;
  readonly app: NestExpressApplication;
  /** Shuts down in order; resolves with whether that was done within `SHUTDOWN_TIMEOUT_MS`. */
  stop(): Promise<boolean>;
}

/** Starts services in one process: what they share first, then one application with all their modules, then the port. */
export async function startServices({
  services,
  modules = [],
  environment,
  managementPorts,
  overrides,
}: StartOptions): Promise<Running> {
  const base = prepare(services, environment, overrides);
  try {
    return await start(base, modules, managementPorts ?? [base.settings.MANAGEMENT_PORT]);
  } catch (error) {
    await base.shutdown.run();
    throw error;
  }
}

async function start(
  base: Base,
  modules: readonly (Type | DynamicModule)[],
  ports: readonly number[],
): Promise<Running> {
  const { settings, shutdown, logger, readiness, telemetry } = base;
  const { HOST: host } = settings;
  const management = new ManagementServer({ ports, host, readiness, telemetry, logger });
  const managementUrl = await management.listen();
  shutdown.add('management', () => management.close());
  const say = (waitingFor: string, reason: string): void =>
    logger.warn({ waitingFor, reason }, `waiting for the ${waitingFor}, without which the process cannot start`);
  const waiting = new Waiting({ port: settings.PORT, host, readiness, say });
  shutdown.add('waiting', () => waiting.end());
  const platform = await openPlatform(base, waiting);
  management.watch(platform.transport);
  const app = await createApplication(base, platform, modules);
  await app.init();
  await app.startAllMicroservices();
  for (const relay of platform.relays.values()) relay.start();
  const port = await waiting.end();
  await binding('PORT', port, () => app.listen(port, host) as Promise<unknown>);
  readiness.open();
  shutdown.add('readiness', () => readiness.close());
  return { url: addressOf(app.getHttpServer() as Server), managementUrl, app, stop: () => shutdown.run() };
}

async function createApplication(base: Base, platform: Platform, modules: readonly (Type | DynamicModule)[]) {
  const { services, settings, shutdown, logger } = base;
  const bodyLimitBytes = settings.HTTP_BODY_LIMIT_BYTES;
  @Module({
    imports: [PlatformModule.of(platform, { bodyLimitBytes }), ...services.map(({ module }) => module), ...modules],
  })
  class Application {}
  const app = await NestFactory.create<NestExpressApplication>(Application, new ExpressAdapter(strictPaths()), {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  shutdown.add('application', () => app.close());
  const server = app.getHttpServer() as Server;
  const inHand = new RequestsInHand();
  boundServer(server);
  app.disable('x-powered-by');
  // Resources have tags of their own; one of whatever is answered would be taken for such a tag.
  app.disable('etag');
  app.set('trust proxy', settings.TRUSTED_PROXIES);
  app.use(inHand.middleware, httpTelemetry(), securityHeaders, closeRefusedUpgrades);
  if (settings.CORS_ORIGINS.length > 0) app.use(allowOrigins(settings.CORS_ORIGINS));
  app.use(refuseUnstorableUrl);
  serveOpenApi(app);
  app.connectMicroservice<CustomStrategy>({ strategy: platform.messaging });
  shutdown.add('requests', () => inHand.endAll(server, settings.SHUTDOWN_TIMEOUT_MS / 2));
  shutdown.add('live streams', () => app.get(Live).end());
  return app;
}

/** A path is the spelling that the description gives and no other; Express takes this before its first use only. */
function strictPaths(): express.Express {
  return express().enable('case sensitive routing');
}
