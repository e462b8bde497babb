import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { type Caller, CallerOf, Endpoint, checked, pageOf } from '@chargemesh/service';
import type { Static } from 'typebox';
import { AssignmentBody, AssignmentParams, AssignmentView, AssignmentsQuery } from './assignments.schema.js';
import { AssignmentsService } from './assignments.service.js';

@Controller('api/tariffs/v1/tariff-assignments')
export class AssignmentsController {
  constructor(private readonly assignments: AssignmentsService) {}

  @Put(':assignmentId')
  @Endpoint({
    summary: 'Assign a tariff, or end an assignment',
    params: AssignmentParams,
    body: AssignmentBody,
    answer: AssignmentView,
  })
  put(
    @CallerOf() caller: Caller,
    @Param(checked(AssignmentParams)) { assignmentId }: Static<typeof AssignmentParams>,
    @Body(checked(AssignmentBody)) body: Static<typeof AssignmentBody>,
  ) {
    return this.assignments.put(caller, assignmentId, body);
  }

  @Get()
  @Endpoint({ summary: 'Assignments, past ones included', query: AssignmentsQuery, answer: pageOf(AssignmentView) })
  list(@CallerOf() caller: Caller, @Query(checked(AssignmentsQuery)) query: Static<typeof AssignmentsQuery>) {
    return this.assignments.list(caller, query);
  }
}
