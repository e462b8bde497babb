import { Get, Query } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, Endpoint, type QueryOf, checked } from '@chargemesh/service';
import { stationsList } from '../stations/stations.list.js';
import { AfirDuties, AfirGapView } from './afir.schema.js';
import { AfirService } from './afir.service.js';
import { DUTIES } from './duties.js';

/** What the law asks of public points (AFIR, article 5), and which of them fall short. */
@ApiController('device-management')
export class AfirController {
  constructor(private readonly afir: AfirService) {}

  @Get('afir-duties')
  @Endpoint({ summary: 'What AFIR asks of which points, from when, and where that is said', answer: AfirDuties })
  duties() {
    return { duties: DUTIES };
  }

  @Get('afir-gaps')
  @Endpoint({
    summary:
      'Public points in the EU and the United Kingdom that do not meet a duty, or will not; station by station, so that a page may be empty',
    list: stationsList,
    answer: AfirGapView,
  })
  gaps(@CallerOf() caller: Caller, @Query(checked(stationsList.query)) query: QueryOf<typeof stationsList>) {
    return this.afir.gaps(caller, query);
  }
}
