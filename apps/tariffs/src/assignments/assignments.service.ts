import { Injectable } from '@nestjs/common';
import { AssignmentState, newEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Database } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, type Page, page, positionOf, problem } from '@chargemesh/service';
import type { Static } from 'typebox';
import { TariffsStore } from '../tariffs/tariffs.store.js';
import type { Assignment } from './assignment.entity.js';
import { conflictOf, demandHistoryKept, demandSense } from './assignments.decide.js';
import type { AssignmentBody, AssignmentView, AssignmentsQuery } from './assignments.schema.js';
import { AssignmentsStore } from './assignments.store.js';

type View = Static<typeof AssignmentView>;

/** Says which tariff applies where, and since when. */
@Injectable()
export class AssignmentsService {
  constructor(
    private readonly database: Database,
    private readonly store: AssignmentsStore,
    private readonly tariffs: TariffsStore,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  put(caller: Caller, assignmentId: string, body: Static<typeof AssignmentBody>): Promise<View> {
    const { operatorId } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      await tx.lock([`tariff-assignments:${operatorId}`]);
      const known = await this.store.find(tx, assignmentId);
      const next = assignmentOf(operatorId, assignmentId, body, (known?.version ?? 0) + 1);
      if (known && JSON.stringify(viewOf(known)) === JSON.stringify(viewOf(next))) return viewOf(known);
      demandSense(next);
      if (known) demandHistoryKept(known, next, this.clock.now());
      if (!(await this.tariffs.newest(tx, next.tariffId))) throw problem('tariff-unknown', { tariffId: next.tariffId });
      const conflict = conflictOf(await this.store.ofScope(tx, next.scope), next);
      if (conflict) throw problem('assignment-conflict', { assignmentId: conflict.assignmentId });
      await this.store.save(tx, next);
      await this.outbox.add(tx, [this.stateOf(next)]);
      await this.audit.add(tx, caller, known ? 'change' : 'create', 'tariff-assignment', assignmentId, body);
      return viewOf(next);
    });
  }

  list(caller: Caller, { limit = 100, cursor }: Static<typeof AssignmentsQuery>): Promise<Page<View>> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const rows = await this.store.list(tx, positionOf(cursor)?.[0], limit + 1);
      return page(rows, limit, ({ assignmentId }) => [assignmentId], viewOf);
    });
  }

  private stateOf(assignment: Assignment) {
    const { assignmentId, operatorId, version } = assignment;
    const { id: _id, ...body } = viewOf(assignment);
    const data = { assignmentId, operatorId, ...body, version, deleted: false };
    return newEvent(AssignmentState, { operatorId, time: this.clock.now().toISOString(), data });
  }
}

function assignmentOf(
  operatorId: string,
  assignmentId: string,
  body: Static<typeof AssignmentBody>,
  version: number,
): Assignment {
  const { tariffId, target, validFrom, validTo } = body;
  const { scope, locationId = null, stationId = null, evseId = null } = target;
  return {
    assignmentId,
    operatorId,
    version,
    tariffId,
    scope,
    locationId,
    stationId,
    evseId,
    validFrom: new Date(validFrom),
    validTo: validTo === undefined ? null : new Date(validTo),
  };
}

function viewOf({
  assignmentId: id,
  tariffId,
  scope,
  locationId,
  stationId,
  evseId,
  validFrom,
  validTo,
}: Assignment): View {
  const target = {
    scope,
    ...(locationId === null ? {} : { locationId }),
    ...(stationId === null ? {} : { stationId }),
    ...(evseId === null ? {} : { evseId }),
  };
  return {
    id,
    tariffId,
    target,
    validFrom: validFrom.toISOString(),
    ...(validTo === null ? {} : { validTo: validTo.toISOString() }),
  };
}
