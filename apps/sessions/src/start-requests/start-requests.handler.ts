import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type EventOf,
  type StartRequested,
  type StopRequested,
  operators,
  startRequests,
  stations,
} from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { StartRequestsService } from './start-requests.service.js';

@Controller()
export class StartRequestsHandler {
  constructor(private readonly service: StartRequestsService) {}

  @Consumes('sessions', startRequests, { after: [operators, stations] })
  async on(
    @Payload() requests: (EventOf<typeof StartRequested> | EventOf<typeof StopRequested>)[],
    @Ctx() tx: Transaction,
  ): Promise<void> {
    for (const request of requests) {
      if (request.type === 'start-requested') await this.service.start(request, tx);
      else await this.service.stop(request, tx);
    }
  }
}
