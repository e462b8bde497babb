import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { NO_OPERATOR } from '../access/authenticator.js';
import { knownOperatorIds } from '../access/known-operators.js';
import { Clock } from '../clock.js';
import { Schedule } from '../schedule.js';
import { forgetAnswers } from './answers.store.js';

/** How long an answer is kept at least: who got none asks again within minutes. */
const KEPT_MS = 24 * 3_600_000;
const EVERY_MS = 3_600_000;
const AT_ONCE = 1_000;

/** Forgets what was answered long ago. */
@Injectable()
export class AnswersKeeper implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.every('forget idempotent answers', EVERY_MS, () => this.forget(), { exclusive: true });
  }

  private async forget(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - KEPT_MS);
    const all = [NO_OPERATOR, ...(await this.database.transaction([], knownOperatorIds))];
    const some = (): Promise<number> => this.database.transaction(all, (tx) => forgetAnswers(tx, before, AT_ONCE));
    while ((await some()) === AT_ONCE);
  }
}
