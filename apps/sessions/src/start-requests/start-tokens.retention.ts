import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { Clock, Schedule, forAllOperators } from '@chargemesh/service';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { TokensService } from '../tokens/tokens.service.js';

const DAY_MS = 86_400_000;
const EVERY_MS = 3_600_000;
/** Of a transaction. */
const SLICE = 1_000;

/** Forgets tokens that were made for starts, as long after their time as what became of the commands. The starts themselves stay. */
@Injectable()
export class StartTokensRetention implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly tokens: TokensService,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.every('tokens of starts', EVERY_MS, () => this.forget(), { exclusive: true });
  }

  async forget(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.settings.COMMAND_DAYS * DAY_MS);
    const slice = (): Promise<number> =>
      forAllOperators(this.database, (tx) => this.tokens.forgetOfStarts(tx, before, SLICE));
    while ((await slice()) === SLICE);
  }
}
