import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock, type HttpRequest, type HttpResponse } from '@chargemesh/service';
import type { AtEvse } from '../payments/checkout.port.js';
import { DynamicCodesStore } from '../qr-codes/dynamic-codes.store.js';
import { type PasswordRules, isCurrent, isSame } from '../qr-codes/one-time-passwords.js';
import { cookieOf, keepCookie } from './cookies.js';

const COOKIE = 'scan';
/** To read the page and to pay, after the password of the code is over. */
const LASTS_S = 900;

/**
 * Whether a browser has scanned a code that its station showed just now (OCPP 2.1). The one-time password opens the page once;
 * then a cookie says so, of that browser, for that EVSE, for a quarter of an hour: an address that is passed on opens nothing.
 */
@Injectable()
export class Scans {
  constructor(
    private readonly codes: DynamicCodesStore,
    private readonly clock: Clock,
  ) {}

  async admits(at: AtEvse, attempt: string, request: HttpRequest, response: HttpResponse): Promise<boolean> {
    const rules = await this.codes.rulesOf(at.operatorId, at.stationId);
    if (!rules) return true;
    const now = this.clock.now();
    const password = request.query['totp'];
    if (typeof password === 'string' && isCurrent(rules, password, now)) {
      const until = Math.floor(now.getTime() / 1_000) + LASTS_S;
      keepCookie(request, response, { name: COOKIE, value: passOf(rules, at, attempt, until), lastsS: LASTS_S });
      return true;
    }
    const pass = cookieOf(request, COOKIE) ?? '';
    const until = Number(pass.split('.')[0]);
    return until * 1_000 > now.getTime() && isSame(pass, passOf(rules, at, attempt, until));
  }
}

function passOf({ secret }: PasswordRules, { stationId, evseId }: AtEvse, attempt: string, until: number): string {
  const said = JSON.stringify(['scan', stationId, evseId, attempt, until]);
  return `${until}.${createHmac('sha256', secret).update(said).digest('base64url')}`;
}
