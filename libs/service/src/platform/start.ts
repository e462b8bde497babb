import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CustomStrategy } from '@nestjs/microservices';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import type { Environment } from '../config.js';
import type { ServiceDefinition } from '../definition.js';
import { serveOpenApi } from '../http/openapi.js';
import { refuseUnstorableUrl } from '../http/storable.js';
import { RequestsInHand, boundServer, closeRefusedUpgrades, securityHeaders } from '../http/server.js';
import { httpTelemetry } from '../telemetry/http.js';
import { NestLogger } from '../telemetry/logger.js';
import { type Base, type Overrides, openPlatform, prepare } from './open.js';
import type { Platform } from './platform.js';
import { PlatformModule } from './platform.module.js';
import { Waiting } from './waiting.js';

export interface StartOptions {
  readonly services: readonly ServiceDefinition[];
  /** Modules of the composition itself, beside those of the services. */
  readonly modules?: readonly Type[];
  /** The process's own, if absent. */
  readonly environment?: Environment;
  readonly overrides?: Overrides;
}

export interface Running {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  readonly app: NestExpressApplication;
  /** Shuts down in order; resolves with whether that was done within `SHUTDOWN_TIMEOUT_MS`. */
  stop(): Promise<boolean>;
}

/** Starts services in one process: what they share first, then one application with all their modules, then the port. */
export async function startServices({
  services,
  modules = [],
  environment,
  overrides,
}: StartOptions): Promise<Running> {
  const base = prepare(services, environment, overrides);
  try {
    return await start(base, modules);
  } catch (error) {
    await base.shutdown.run();
    throw error;
  }
}

async function start(base: Base, modules: readonly Type[]): Promise<Running> {
  const { settings, shutdown, logger } = base;
  const say = (waitingFor: string, reason: string): void =>
    logger.warn({ waitingFor, reason }, `waiting for the ${waitingFor}, without which the process cannot start`);
  const waiting = new Waiting({ port: settings.PORT, host: settings.HOST, say });
  shutdown.add('waiting', () => waiting.end());
  const platform = await openPlatform(base, waiting);
  const app = await createApplication(base, platform, modules);
  await app.init();
  await app.startAllMicroservices();
  for (const relay of platform.relays.values()) relay.start();
  await app.listen(await waiting.end(), settings.HOST);
  shutdown.add('readiness', () => platform.readiness.close());
  return { url: urlOf(app.getHttpServer() as Server), app, stop: () => shutdown.run() };
}

async function createApplication(base: Base, platform: Platform, modules: readonly Type[]) {
  const { services, settings, shutdown, logger } = base;
  @Module({ imports: [PlatformModule.of(platform), ...services.map(({ module }) => module), ...modules] })
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
  app.set('trust proxy', settings.TRUSTED_PROXIES);
  app.use(inHand.middleware, httpTelemetry(), securityHeaders, closeRefusedUpgrades);
  app.useBodyParser('json', { limit: settings.HTTP_BODY_LIMIT_BYTES });
  app.use(refuseUnstorableUrl);
  serveOpenApi(app);
  app.connectMicroservice<CustomStrategy>({ strategy: platform.messaging });
  shutdown.add('requests', () => inHand.endAll(server, settings.SHUTDOWN_TIMEOUT_MS / 2));
  return app;
}

/** A path is the spelling that the description gives and no other; Express takes this before its first use only. */
function strictPaths(): express.Express {
  return express().enable('case sensitive routing');
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  const any = address === '0.0.0.0' || address === '::';
  const host = any ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}
