import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { keepInbox } from '@chargemesh/messaging';
import { Database } from '@chargemesh/persistence';
import { Clock } from '../clock.js';
import { Schedule } from '../schedule.js';

const EVERY_MS = 6 * 3_600_000;

/** Makes the inbox's partitions of the days to come and drops the old ones. */
@Injectable()
export class InboxKeeper implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
  ) {}

  onApplicationBootstrap(): void {
    const keep = (): Promise<void> => keepInbox(this.database, this.clock.now());
    this.schedule.every('partitions of the inbox', EVERY_MS, keep, { exclusive: true });
  }
}
