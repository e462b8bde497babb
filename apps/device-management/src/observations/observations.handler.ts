import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { stationEvents } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import type { Observation } from './observations.decide.js';
import { ObservationsService } from './observations.service.js';

const TYPES: Observation['type'][] = [
  'station-connected',
  'station-disconnected',
  'station-booted',
  'connector-status-changed',
  'report-data-received',
];

@Controller()
export class ObservationsHandler {
  constructor(private readonly observations: ObservationsService) {}

  @Consumes('device-management', stationEvents, { types: TYPES })
  on(@Payload() events: Observation[], @Ctx() tx: Transaction): Promise<void> {
    return this.observations.apply(events, tx);
  }
}
