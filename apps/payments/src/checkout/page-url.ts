import type { HttpRequest } from '@chargemesh/service';
import type { PaymentsSettings } from '../config.js';

/** Where the pages of drivers are, such as `https://pay.example`. */
export function checkoutBase({ CHECKOUT_URL }: Pick<PaymentsSettings, 'CHECKOUT_URL'>, request: HttpRequest): string {
  return CHECKOUT_URL ?? `${request.protocol}://${request.get('host')}`;
}

/** A page of drivers as the world reaches it; the base may have a path of its own. */
export function pageUrl(base: string, path: string): string {
  return `${base.replace(/\/$/, '')}${path}`;
}
