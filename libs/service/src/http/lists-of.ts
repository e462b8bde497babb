import type { ServiceDefinition } from '../definition.js';
import { type AnyList, LISTS } from './endpoint.js';
import { handlersOf } from './handlers-of.js';
import { PARAMETERS } from './known-parameters.js';

export interface ListedAt {
  /** The class and the method of its handler. */
  readonly handler: string;
  readonly list: AnyList;
}

/** All lists that a service has in the API, whoever declares them; throws where a handler gives pages of none. */
export function listsOf(service: Pick<ServiceDefinition, 'module'>): ListedAt[] {
  return handlersOf(service).flatMap(({ name, declared }) => {
    const lists = (declared(LISTS) ?? []) as readonly AnyList[];
    const parameters = (declared(PARAMETERS) ?? []) as readonly string[];
    if (parameters.includes('limit') && lists.length === 0) throw new Error(`${name} gives pages of no list`);
    return lists.map((list) => ({ handler: name, list }));
  });
}
