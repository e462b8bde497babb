import { Controller, type Type } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { Transaction } from '@chargemesh/persistence';
import { Projects } from './handlers.js';
import type { Projection, Versioned } from './projection.js';

/** The consumer that keeps a service's projection; one that also acts on what changes is a handler marked `@Projects`. */
export function projectionHandler<State extends Versioned>(service: string, projection: Projection<State>): Type {
  @Controller()
  class ProjectionHandler {
    @Projects(service, projection)
    on(@Payload() events: { data: State }[], @Ctx() tx: Transaction): Promise<void> {
      return projection.save(
        tx,
        events.map(({ data }) => data),
      );
    }
  }
  return ProjectionHandler;
}
