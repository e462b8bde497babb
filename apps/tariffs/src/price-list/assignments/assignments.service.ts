import { Injectable } from '@nestjs/common';
import { AssignmentState, newEvent } from '@chargemesh/contracts';
import { Database, type Transaction } from '@chargemesh/persistence';
import {
  Audit,
  type Caller,
  Clock,
  KnownOperators,
  type Page,
  type QueryOf,
  problem,
  statesOf,
  Precondition,
} from '@chargemesh/service';
import { TariffsStore } from '../tariffs/tariffs.store.js';
import { ComplianceService } from '../compliance/compliance.service.js';
import type { Concern } from '../compliance/exposures.store.js';
import { LocationGroupsStore } from '../location-groups/location-groups.store.js';
import { PriceChanges } from '../price-changes.service.js';
import { Assignment } from './assignment.entity.js';
import { assignmentOf, viewOf } from './assignment.view.js';
import { changes } from './assignments.decide.js';
import { type AssignmentBody, type AssignmentView, assignmentTag } from './assignments.schema.js';
import { assignmentsList } from './assignments.list.js';
import { AssignmentsStore } from './assignments.store.js';

/** Says which tariff applies where, for whom, and since when. */
@Injectable()
export class AssignmentsService {
  readonly states = statesOf(Assignment, ['assignmentId'], (_tx, rows) => rows.map((row) => this.stateOf(row)));

  constructor(
    private readonly database: Database,
    private readonly store: AssignmentsStore,
    private readonly tariffs: TariffsStore,
    private readonly groups: LocationGroupsStore,
    private readonly compliance: ComplianceService,
    private readonly operators: KnownOperators,
    private readonly changes: PriceChanges,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  async put(
    caller: Caller,
    assignmentId: string,
    body: AssignmentBody,
    wanted = Precondition.none,
  ): Promise<AssignmentView> {
    const { operatorId } = caller;
    const operator = await this.operators.get(operatorId);
    if (!operator) throw problem('unavailable', { detail: 'the operator is not known here yet' });
    return this.database.transaction([operatorId], async (tx) => {
      await tx.lock([`tariff-assignments:${operatorId}`]);
      const known = await this.store.find(tx, assignmentId);
      wanted.demand(known ? assignmentTag.of(viewOf(known)) : undefined);
      const next = assignmentOf({ assignmentId, operatorId, version: (known?.version ?? 0) + 1 }, body, operator);
      const rivals = await this.store.rivals(tx, next);
      if (!changes(known, next, rivals, this.clock.now())) return viewOf(next);
      await this.demandKnown(tx, next);
      await this.compliance.guarded(tx, operator.currency, concernOf(known, next), async () => {
        if (known) await this.store.change(tx, next);
        else if (!(await this.store.add(tx, next))) throw problem('id-taken', { assignmentId });
      });
      await this.changes.tell(this.stateOf(next), known ? [known, next] : [next], tx);
      await this.audit.add(tx, caller, known ? 'change' : 'create', 'tariff-assignment', assignmentId, body);
      return viewOf(next);
    });
  }

  async get({ operatorId }: Caller, assignmentId: string): Promise<AssignmentView> {
    const known = await this.database.transaction([operatorId], (tx) => this.store.find(tx, assignmentId));
    if (!known) throw problem('not-found', { assignmentId });
    return viewOf(known);
  }

  list({ operatorId }: Caller, query: QueryOf<typeof assignmentsList>): Promise<Page<AssignmentView>> {
    return this.database.transaction([operatorId], (tx) => assignmentsList.page(tx, operatorId, query, viewOf));
  }

  private async demandKnown(tx: Transaction, { tariffId, locationGroupId, validFrom }: Assignment): Promise<void> {
    if (!(await this.tariffs.newest(tx, tariffId))) throw problem('tariff-unknown', { tariffId });
    // It would be passed over until then, and what comes after it in the order would count.
    if (!(await this.tariffs.validAt(tx, tariffId, validFrom))) throw problem('tariff-not-yet-valid', { tariffId });
    if (locationGroupId !== null && !(await this.groups.find(tx, locationGroupId)))
      throw problem('location-group-unknown', { locationGroupId });
  }

  private stateOf(assignment: Assignment) {
    const { assignmentId, operatorId, version } = assignment;
    const { id: _id, ...body } = viewOf(assignment);
    const data = { assignmentId, operatorId, ...body, version, deleted: false };
    return newEvent(AssignmentState, { operatorId, time: this.clock.now().toISOString(), data });
  }
}

/** An assignment that moves is looked at everywhere, else only where it is. */
function concernOf(known: Assignment | null, { assignmentId, locationId, stationId }: Assignment): Concern {
  const moves = known && (known.locationId !== locationId || known.stationId !== stationId);
  const assignmentIds = [assignmentId];
  return moves ? { assignmentIds } : { assignmentIds, locationId, stationId };
}
