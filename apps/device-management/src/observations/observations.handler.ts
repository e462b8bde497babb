import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type EventOf, type MessagesReadLeniently, type StationEvent, stationEvents } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { MeterKeysService } from '../meter-keys/meter-keys.service.js';
import { DeviationsService } from '../deviations/deviations.service.js';
import type { Observation } from './observations.decide.js';
import { ObservationsService } from './observations.service.js';

const OBSERVED: readonly Observation['type'][] = [
  'station-connected',
  'station-disconnected',
  'station-booted',
  'connector-status-changed',
  'report-data-received',
];
/** These may carry the public key of the meter. */
const WITH_KEYS: readonly StationEvent['type'][] = ['report-data-received', 'transaction-started', 'transaction-ended'];

const READ_LENIENTLY = 'messages-read-leniently';

@Controller()
export class ObservationsHandler {
  constructor(
    private readonly observations: ObservationsService,
    private readonly meterKeys: MeterKeysService,
    private readonly deviations: DeviationsService,
  ) {}

  @Consumes('device-management', stationEvents, {
    types: [...new Set([...OBSERVED, ...WITH_KEYS, READ_LENIENTLY])],
  })
  async on(@Payload() events: StationEvent[], @Ctx() tx: Transaction): Promise<void> {
    await this.observations.apply(events.filter(isObservation), tx);
    await this.meterKeys.learn(events, tx);
    await this.deviations.apply(events.filter(isReading), tx);
  }
}

function isObservation(event: StationEvent): event is Observation {
  return (OBSERVED as readonly string[]).includes(event.type);
}

function isReading(event: StationEvent): event is EventOf<typeof MessagesReadLeniently> {
  return event.type === READ_LENIENTLY;
}
