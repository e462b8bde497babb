import { Controller, SetMetadata, applyDecorators } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { ServiceName } from '../definition.js';

/** Of a controller: the service that its routes belong to, whose keys let callers in. */
export const SERVICE = 'chargemesh:service';

/** Operations are grouped by service and resource. */
function tagOf(service: ServiceName, path: string): string {
  return [service, path.split('/').findLast((part) => part !== '' && !part.startsWith(':'))]
    .filter(Boolean)
    .join(' / ');
}

/** A controller of a service's API, at `/api/<service>/v1/<path>`. */
export function ApiController(service: ServiceName, path = ''): ClassDecorator {
  const routes = Controller(`api/${service}/v1/${path}`);
  return applyDecorators(routes, SetMetadata(SERVICE, service), ApiTags(tagOf(service, path))) as ClassDecorator;
}
