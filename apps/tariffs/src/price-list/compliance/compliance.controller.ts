import { Get, Query } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, Endpoint, type QueryOf, checked } from '@chargemesh/service';
import { ShortfallView } from './compliance.schema.js';
import { unendedAssignments } from './unended.list.js';
import { ComplianceService } from './compliance.service.js';

@ApiController('tariffs', 'price-shortfalls')
export class ComplianceController {
  constructor(private readonly compliance: ComplianceService) {}

  @Get()
  @Endpoint({
    summary: 'Where prices are not as the law or the currency of the location wants them; a page may be empty',
    list: unendedAssignments,
    answer: ShortfallView,
  })
  list(
    @CallerOf() caller: Caller,
    @Query(checked(unendedAssignments.query)) query: QueryOf<typeof unendedAssignments>,
  ) {
    return this.compliance.list(caller, query);
  }
}
