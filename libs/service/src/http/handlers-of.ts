import 'reflect-metadata';
import { type DynamicModule, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { ServiceDefinition } from '../definition.js';

export interface HandlerOf {
  /** Its class and its method. */
  readonly name: string;
  /** Method and path, such as `GET /api/sessions/v1/sessions/:id`. */
  readonly operation: string;
  /** What a decorator has noted at it. */
  readonly declared: (metadata: string) => unknown;
}

/** All handlers that a service has in the API, whoever declares them. */
export function handlersOf({ module }: Pick<ServiceDefinition, 'module'>): HandlerOf[] {
  return controllersOf(module, new Set()).flatMap((controller) => {
    const prototype = controller.prototype as Record<string, object>;
    const base = String(Reflect.getMetadata(PATH_METADATA, controller));
    return Object.getOwnPropertyNames(prototype).flatMap((method) => {
      const handler = prototype[method];
      if (!handler || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
      const declared = (metadata: string): unknown => Reflect.getMetadata(metadata, handler);
      const path = [base, String(declared(PATH_METADATA))]
        .join('/')
        .replace(/\/{2,}/g, '/')
        .replace(/\/$/, '');
      const verb = RequestMethod[declared(METHOD_METADATA) as RequestMethod];
      return [{ name: `${controller.name}.${method}`, operation: `${verb} /${path}`, declared }];
    });
  });
}

function controllersOf(module: Type | DynamicModule, seen: Set<unknown>): Type[] {
  if (seen.has(module)) return [];
  seen.add(module);
  const isDynamic = 'module' in module;
  const declared = <T>(name: string): T[] =>
    (Reflect.getMetadata(name, isDynamic ? module.module : module) ?? []) as T[];
  const imports = [...declared<Type | DynamicModule>('imports'), ...((isDynamic && module.imports) || [])];
  const own = [...declared<Type>('controllers'), ...((isDynamic && module.controllers) || [])];
  return [...own, ...imports.flatMap((imported) => controllersOf(imported as Type | DynamicModule, seen))];
}
