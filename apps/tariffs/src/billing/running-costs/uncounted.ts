import type { Logger } from '@chargemesh/messaging';
import type { RunningCost } from './running-cost.js';

type Priced = Pick<RunningCost, 'sessionId' | 'tariffId' | 'tariffVersion'>;

/** More are not told apart: what a process remembers is bounded. */
const TARIFFS_MAX = 1_000;
const SESSIONS_MAX = 1_000;

/**
 * Sessions that cannot be counted, by the tariff that they are priced by: one line when the first of a tariff fails, and
 * one when none does any more, however many readings come meanwhile.
 */
export class Uncounted {
  private readonly failing = new Map<string, Set<string>>();

  constructor(private readonly logger: Pick<Logger, 'error' | 'info'>) {}

  failed(session: Priced, error: unknown): void {
    const tariff = tariffOf(session);
    const sessions = this.failing.get(tariff);
    if (sessions) {
      if (sessions.size < SESSIONS_MAX) sessions.add(session.sessionId);
      return;
    }
    const [oldest] = this.failing.keys();
    if (this.failing.size >= TARIFFS_MAX && oldest !== undefined) this.failing.delete(oldest);
    this.failing.set(tariff, new Set([session.sessionId]));
    const { sessionId, tariffId, tariffVersion } = session;
    this.logger.error(
      { err: error, sessionId, tariffId, tariffVersion },
      'running costs of sessions of this tariff cannot be counted; their CDRs say what they cost, or park',
    );
  }

  counted(session: Priced): void {
    if (this.leave(session))
      this.logger.info(named(session), 'running costs of sessions of this tariff are counted again');
  }

  /** Its CDR is there. */
  closed(session: { readonly sessionId: string; readonly tariffId?: string; readonly tariffVersion?: number }): void {
    const { sessionId, tariffId, tariffVersion } = session;
    if (tariffId !== undefined && tariffVersion !== undefined) this.leave({ sessionId, tariffId, tariffVersion });
  }

  /** Whether it was the last of its tariff that failed. */
  private leave(session: Priced): boolean {
    if (this.failing.size === 0) return false;
    const sessions = this.failing.get(tariffOf(session));
    if (!sessions?.delete(session.sessionId) || sessions.size > 0) return false;
    return this.failing.delete(tariffOf(session));
  }
}

function named({ tariffId, tariffVersion }: Priced) {
  return { tariffId, tariffVersion };
}

function tariffOf({ tariffId, tariffVersion }: Priced): string {
  return `${tariffId}/${tariffVersion}`;
}
