import { Injectable } from '@nestjs/common';
import { AssignmentState, newEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Database } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, type Page, page, positionOf, problem } from '@chargemesh/service';
import { TariffsStore } from '../tariffs/tariffs.store.js';
import type { Assignment } from './assignment.entity.js';
import { changes } from './assignments.decide.js';
import type { AssignmentBody, AssignmentView, AssignmentsQuery } from './assignments.schema.js';
import { AssignmentsStore } from './assignments.store.js';

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

  put(caller: Caller, assignmentId: string, body: AssignmentBody): Promise<AssignmentView> {
    const { operatorId } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      await tx.lock([`tariff-assignments:${operatorId}`]);
      const known = await this.store.find(tx, assignmentId);
      const next = assignmentOf(operatorId, assignmentId, body, (known?.version ?? 0) + 1);
      const others = await this.store.ofScope(tx, next.scope);
      if (!changes(known, next, others, this.clock.now())) return viewOf(next);
      if (!(await this.tariffs.newest(tx, next.tariffId))) throw problem('tariff-unknown', { tariffId: next.tariffId });
      if (known) await this.store.change(tx, next);
      else if (!(await this.store.add(tx, next))) throw problem('id-taken', { assignmentId });
      await this.outbox.add(tx, [this.stateOf(next)]);
      await this.audit.add(tx, caller, known ? 'change' : 'create', 'tariff-assignment', assignmentId, body);
      return viewOf(next);
    });
  }

  list(caller: Caller, { limit = 100, cursor }: AssignmentsQuery): Promise<Page<AssignmentView>> {
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

function assignmentOf(operatorId: string, assignmentId: string, body: AssignmentBody, version: number): Assignment {
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
}: Assignment): AssignmentView {
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
