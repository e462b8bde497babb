import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { Clock, type HttpRequest, type HttpResponse } from '@chargemesh/service';
import type { AtEvse } from '../payments/checkout.port.js';
import { DynamicCodesStore } from '../qr-codes/dynamic-codes.store.js';
import { type PasswordRules, isCurrent, isSame } from '../qr-codes/one-time-passwords.js';
import { Rollouts } from '../qr-codes/rollouts/rollouts.service.js';
import { type OtherSecret, RolloutsStore, SCAN_LASTS_S } from '../qr-codes/rollouts/rollouts.store.js';
import { cookieOf, keepCookie } from './cookies.js';

const COOKIE = 'scan';

/**
 * Whether a browser has scanned a code that its station showed just now (OCPP 2.1). The one-time password opens the page once;
 * then a cookie says so, of that browser, for that EVSE, for a quarter of an hour: an address that is passed on opens nothing.
 */
@Injectable()
export class Scans {
  constructor(
    private readonly codes: DynamicCodesStore,
    private readonly rollouts: RolloutsStore,
    private readonly proofs: Rollouts,
    private readonly clock: Clock,
  ) {}

  /** By which the codes of an EVSE are made. */
  async secretsOf(tx: Transaction, { operatorId, stationId }: AtEvse): Promise<CodeSecrets> {
    const inForce = await this.codes.rulesOf(tx, operatorId, stationId);
    return { inForce, others: await this.rollouts.others(tx, operatorId, stationId) };
  }

  async admits(
    { inForce, others }: CodeSecrets,
    { at, attempt }: { readonly at: AtEvse; readonly attempt: string },
    request: HttpRequest,
    response: HttpResponse,
  ): Promise<boolean> {
    const now = this.clock.now();
    const password = request.query['totp'];
    const scanned = typeof password === 'string' ? await this.scanned(password, now, { inForce, others }) : undefined;
    if (scanned) {
      const until = Math.floor(now.getTime() / 1_000) + SCAN_LASTS_S;
      keepCookie(request, response, { name: COOKIE, value: passOf(scanned, at, attempt, until), lastsS: SCAN_LASTS_S });
      return true;
    }
    if (!inForce) return true;
    const pass = cookieOf(request, COOKIE) ?? '';
    const until = Number(pass.split('.')[0]);
    if (!(until * 1_000 > now.getTime())) return false;
    // Who was let in by a secret that has been replaced since stays for as long as it was said.
    const letIn = others.filter(({ replacedAt, rules }) => isShownStill(replacedAt, rules, now, SCAN_LASTS_S));
    return [inForce, ...letIn.map(({ rules }) => rules)]
      .map((rules) => isSame(pass, passOf(rules, at, attempt, until)))
      .includes(true);
  }

  /** By which rules a password is one of now; the first code by a secret that the station had not confirmed puts it in force. */
  private async scanned(
    password: string,
    now: Date,
    { inForce, others }: CodeSecrets,
  ): Promise<PasswordRules | undefined> {
    if (inForce && isCurrent(inForce, password, now)) return inForce;
    const found = others.find(
      ({ rules, replacedAt }) => isShownStill(replacedAt, rules, now) && isCurrent(rules, password, now),
    );
    if (found?.isProof) await this.proofs.proven(found.rollout);
    return found?.rules;
  }
}

export interface CodeSecrets {
  readonly inForce: PasswordRules | undefined;
  readonly others: readonly OtherSecret[];
}

/** Whether codes by a secret may be on a display, so long after the station took another one: the last is good for two slots. */
function isShownStill(replacedAt: Date | null, { validityS }: PasswordRules, now: Date, moreS = 0): boolean {
  return replacedAt === null || now.getTime() < replacedAt.getTime() + (2 * validityS + moreS) * 1_000;
}

function passOf({ secret }: PasswordRules, { stationId, evseId }: AtEvse, attempt: string, until: number): string {
  const said = JSON.stringify(['scan', stationId, evseId, attempt, until]);
  return `${until}.${createHmac('sha256', secret).update(said).digest('base64url')}`;
}
