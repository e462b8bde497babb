import { Body, Get, Param, Put, Query } from '@nestjs/common';
import {
  ApiController,
  type Caller,
  CallerOf,
  checked,
  Endpoint,
  type Precondition,
  PreconditionOf,
  Problems,
  type QueryOf,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { AssignmentBody, AssignmentParams, AssignmentView, assignmentTag } from './assignments.schema.js';
import { assignmentsList } from './assignments.list.js';
import { AssignmentsService } from './assignments.service.js';

@ApiController('tariffs', 'tariff-assignments')
export class AssignmentsController {
  constructor(private readonly assignments: AssignmentsService) {}

  @Put(':assignmentId')
  @Problems(
    'id-taken',
    'tariff-unknown',
    'tariff-not-yet-valid',
    'location-group-unknown',
    'assignment-conflict',
    'assignment-begun',
    'afir-components',
    'currency-not-of-location',
  )
  @Endpoint({
    summary: 'Assign a tariff, or end an assignment',
    params: AssignmentParams,
    body: AssignmentBody,
    answer: AssignmentView,
    etag: assignmentTag,
  })
  put(
    @CallerOf() caller: Caller,
    @Param(checked(AssignmentParams)) { assignmentId }: Static<typeof AssignmentParams>,
    @Body(checked(AssignmentBody)) body: Static<typeof AssignmentBody>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.assignments.put(caller, assignmentId, body, wanted);
  }

  @Get(':assignmentId')
  @Endpoint({ summary: 'An assignment', params: AssignmentParams, answer: AssignmentView, etag: assignmentTag })
  get(@CallerOf() caller: Caller, @Param(checked(AssignmentParams)) { assignmentId }: Static<typeof AssignmentParams>) {
    return this.assignments.get(caller, assignmentId);
  }

  @Get()
  @Endpoint({ summary: 'Assignments, past ones included', list: assignmentsList, answer: AssignmentView })
  list(@CallerOf() caller: Caller, @Query(checked(assignmentsList.query)) query: QueryOf<typeof assignmentsList>) {
    return this.assignments.list(caller, query);
  }
}
