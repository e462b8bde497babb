import { type PartnerAnswer, readAnswer } from './answer.js';

/** A page of a partner's list, or why it is none. */
export type PageRead =
  | {
      readonly objects: readonly unknown[];
      /** Of all pages, where it is said. */
      readonly total: number | undefined;
      /** As the partner wrote it. */
      readonly link: string | undefined;
    }
  | { readonly failed: string };

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** OCPI 2.2.1 and 2.3.0, transport_and_format, "Paginated Response". */
export function readPage({ headers, ...answer }: PartnerAnswer & { readonly headers: Headers }): PageRead {
  const read = readAnswer(answer);
  if ('failed' in read) return { failed: read.failed };
  const objects = read.data ?? [];
  if (!Array.isArray(objects)) return { failed: 'its data is no list' };
  const total = /^\d{1,9}$/.exec(textOf(headers['x-total-count']).trim())?.[0];
  return { objects, total: total === undefined ? undefined : Number(total), link: nextIn(textOf(headers['link'])) };
}

/**
 * Where the next page is; undefined, if the link leads elsewhere than to the host of the page before: our token is for that one.
 * Proxies make partners write `http` for their `https`.
 */
export function nextPageOf(link: string, page: string): string | undefined {
  if (!URL.canParse(link, page)) return undefined;
  const [next, before] = [new URL(link, page), new URL(page)];
  if (next.hostname !== before.hostname) return undefined;
  const { pathname, search } = next;
  return Object.assign(new URL(before.origin), { pathname, search }).href;
}

/** RFC 8288; a comma within an address parts nothing. */
function nextIn(header: string): string | undefined {
  for (const link of header.split(/,\s*(?=<)/)) {
    const [, url, parameters = ''] = /^\s*<([^<>]*)>(.*)$/.exec(link) ?? [];
    if (url !== undefined && /;\s*rel\s*=\s*"?next"?\s*(;|$)/i.test(parameters)) return url.trim();
  }
  return undefined;
}

function textOf(header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join(', ') : (header ?? '');
}
