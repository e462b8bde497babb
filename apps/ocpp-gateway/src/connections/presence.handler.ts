import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type EventOf, type GatewayPresent, gatewayPresence } from '@chargemesh/contracts';
import { Listens } from '@chargemesh/messaging';
import { Presence } from './presence.js';

@Controller()
export class PresenceHandler {
  constructor(private readonly presence: Presence) {}

  @Listens('ocpp-gateway', gatewayPresence)
  on(@Payload() { data }: EventOf<typeof GatewayPresent>): void {
    this.presence.hear(data.processId);
  }
}
