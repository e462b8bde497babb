import { Inject, Injectable } from '@nestjs/common';
import { Clock, FailedLoginLimiter, networkOf, problem } from '@chargemesh/service';
import { OCPI_SETTINGS, type OcpiSettings } from '../config.js';

/** Slows down guessing of partners' tokens: counts the wrong ones by address. Each process counts for itself. */
@Injectable()
export class WrongTokens {
  private readonly limiter: FailedLoginLimiter;

  constructor(clock: Clock, @Inject(OCPI_SETTINGS) settings: OcpiSettings) {
    this.limiter = new FailedLoginLimiter(() => clock.now(), settings.OCPI_WRONG_TOKENS_PER_MINUTE);
  }

  /** Throws `too-many-requests` where it is one too many. */
  count(address: string): void {
    const retryAfterS = this.limiter.failed(networkOf(address));
    if (retryAfterS > 0) throw problem('too-many-requests', { retryAfterS });
  }
}
