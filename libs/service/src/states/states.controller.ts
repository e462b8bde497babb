import { HttpCode, Inject, Post, Query, type Type as Class } from '@nestjs/common';
import { Outbox } from '@chargemesh/messaging';
import { Database } from '@chargemesh/persistence';
import { type Static, Type } from 'typebox';
import { Audit } from '../access/audit.js';
import type { ServiceName } from '../definition.js';
import { ApiController } from '../http/api-controller.js';
import { checked } from '../http/checked.js';
import { cursorAfter, foreignCursor, positionOf } from '../http/cursor.js';
import { type Caller, CallerOf, ForInstallation, Needs } from '../http/caller.js';
import { nameSchemas } from '../http/name-schemas.js';
import { Endpoint } from '../http/endpoint.js';
import { InSteps } from '../idempotency/in-steps.js';
import type { OwnStates, States } from './states.js';

/** Token of the service's `OwnStates`. */
export const OWN_STATES = Symbol('own states');

/** So many are told by one request, so that its caller need not wait for long, whatever the size of the platform. */
const REPLAYED_AT_MOST = 10_000;

const ReplayQuery = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 2_000, description: 'The `next` of the answer before' })),
});
const ReplayView = Type.Object({
  replayed: Type.Integer(),
  next: Type.Optional(Type.String({ description: 'Ask again with this as `cursor`: there are more' })),
});
nameSchemas({ StateReplay: ReplayView });

/** Which of the states comes next, and after which key. */
interface Place {
  readonly index: number;
  readonly after: readonly string[] | undefined;
}

/** Tells again what a service's compacted topics carry: an operator's own, or everybody's for the installation's administrator. */
export function statesControllerOf(service: ServiceName): Class {
  @ApiController(service, 'states')
  class StatesController {
    constructor(
      @Inject(OWN_STATES) private readonly own: OwnStates,
      private readonly database: Database,
      private readonly outbox: Outbox,
      private readonly audit: Audit,
    ) {}

    /** In batches; once more is as good, for readers apply only higher versions. */
    @Post('replays')
    @InSteps()
    @HttpCode(202)
    @Needs('admin')
    @ForInstallation()
    @Endpoint({
      summary: 'Tell again how everything is that others keep copies of, for readers that may have missed it',
      query: ReplayQuery,
      answer: ReplayView,
      status: 202,
    })
    async replay(
      @CallerOf() caller: Caller,
      @Query(checked(ReplayQuery)) { cursor }: Static<typeof ReplayQuery>,
    ): Promise<Static<typeof ReplayView>> {
      const { operatorId, installation } = caller;
      const operators = installation ? await this.database.transaction([], this.own.operatorIds) : [operatorId];
      let place: Place | undefined = placeOf(cursor, this.own.of.length);
      let replayed = 0;
      while (place && replayed < REPLAYED_AT_MOST) {
        const told = await this.tellAgain(place, operators);
        replayed += told.replayed;
        place = told.next;
      }
      await this.database.transaction([operatorId], (tx) =>
        this.audit.add(tx, caller, 'replay', 'state', service, { replayed }),
      );
      return { replayed, ...(place ? { next: cursorAfter([`${place.index}`, ...(place.after ?? [])]) } : {}) };
    }

    private tellAgain({ index, after }: Place, operators: readonly string[]) {
      const { of } = this.own;
      return this.database.transaction(operators, async (tx) => {
        const told = await (of[index] as States).next(tx, operators, after);
        await this.outbox.add(tx, told.states);
        const next = told.last ? { index, after: told.last } : { index: index + 1, after: undefined };
        return { replayed: told.states.length, next: next.index < of.length ? next : undefined };
      });
    }
  }
  return StatesController;
}

function placeOf(cursor: string | undefined, count: number): Place | undefined {
  const [said, ...after] = positionOf(cursor) ?? ['0'];
  const index = Number(said);
  if (!Number.isInteger(index) || index < 0 || index > count) throw foreignCursor();
  return index < count ? { index, after: after.length > 0 ? after : undefined } : undefined;
}
