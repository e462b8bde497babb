import { HttpCode, Inject, Post, type Type as Class } from '@nestjs/common';
import { Outbox } from '@chargemesh/messaging';
import { Database } from '@chargemesh/persistence';
import { type Static, Type } from 'typebox';
import { Audit } from '../access/audit.js';
import type { ServiceName } from '../definition.js';
import { ApiController } from '../http/api-controller.js';
import { type Caller, CallerOf, ForInstallation, Needs } from '../http/caller.js';
import { nameSchemas } from '../http/name-schemas.js';
import { Endpoint } from '../http/endpoint.js';
import { InSteps } from '../idempotency/in-steps.js';
import type { OwnStates, States } from './states.js';

/** Token of the service's `OwnStates`. */
export const OWN_STATES = Symbol('own states');

const ReplayView = Type.Object({ replayed: Type.Integer() });
nameSchemas({ StateReplay: ReplayView });

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
      answer: ReplayView,
      status: 202,
    })
    async replay(@CallerOf() caller: Caller): Promise<Static<typeof ReplayView>> {
      const { operatorId, installation } = caller;
      const operators = installation ? await this.database.transaction([], this.own.operatorIds) : [operatorId];
      let replayed = 0;
      for (const states of this.own.of) replayed += await this.tellAgain(states, operators);
      await this.database.transaction([operatorId], (tx) =>
        this.audit.add(tx, caller, 'replay', 'state', service, { replayed }),
      );
      return { replayed };
    }

    private async tellAgain(states: States, operators: readonly string[]): Promise<number> {
      let replayed = 0;
      for (let after: readonly unknown[] | undefined, more = true; more; more = after !== undefined)
        after = await this.database.transaction(operators, async (tx) => {
          const told = await states.next(tx, operators, after);
          await this.outbox.add(tx, told.states);
          replayed += told.states.length;
          return told.last;
        });
      return replayed;
    }
  }
  return StatesController;
}
