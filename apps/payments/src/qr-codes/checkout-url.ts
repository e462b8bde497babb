import { pageUrl } from '../checkout/page-url.js';
import { evsePath } from '../checkout/pages/evse.page.js';

/** The page of an EVSE, to which its code leads. */
export function checkoutUrl(base: string, evse: Parameters<typeof evsePath>[0]): string {
  return pageUrl(base, evsePath(evse));
}
