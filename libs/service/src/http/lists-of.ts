import 'reflect-metadata';
import type { DynamicModule, Type } from '@nestjs/common';
import type { ServiceDefinition } from '../definition.js';
import { type AnyList, LISTS } from './endpoint.js';
import { PARAMETERS } from './known-parameters.js';

export interface ListedAt {
  /** The class and the method of its handler. */
  readonly handler: string;
  readonly list: AnyList;
}

/** All lists that a service has in the API, whoever declares them; throws where a handler gives pages of none. */
export function listsOf({ module }: Pick<ServiceDefinition, 'module'>): ListedAt[] {
  return controllersOf(module, new Set()).flatMap((controller) => {
    const prototype = controller.prototype as Record<string, object>;
    return Object.getOwnPropertyNames(prototype).flatMap((method) => {
      const handler = `${controller.name}.${method}`;
      const declared = (name: string): unknown => Reflect.getMetadata(name, prototype[method] ?? prototype);
      const lists = (declared(LISTS) ?? []) as readonly AnyList[];
      const parameters = (declared(PARAMETERS) ?? []) as readonly string[];
      if (parameters.includes('cursor') && lists.length === 0) throw new Error(`${handler} gives pages of no list`);
      return lists.map((list) => ({ handler, list }));
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
