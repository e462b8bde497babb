import type { HttpRequest } from '@chargemesh/service';
import { evsePath } from '../checkout/pages/evse.page.js';
import type { PaymentsSettings } from '../config.js';

/** Where the pages of drivers are, such as `https://pay.example`. */
export function checkoutBase({ CHECKOUT_URL }: Pick<PaymentsSettings, 'CHECKOUT_URL'>, request: HttpRequest): string {
  return CHECKOUT_URL ?? `${request.protocol}://${request.get('host')}`;
}

/** The page of an EVSE, to which its code leads. */
export function checkoutUrl(base: string, evse: Parameters<typeof evsePath>[0]): string {
  return `${base.replace(/\/$/, '')}${evsePath(evse)}`;
}
