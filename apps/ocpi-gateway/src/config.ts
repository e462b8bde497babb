import { Setting, type Settings, integer, networks, webUrl } from '@chargemesh/service';

/** Without a slash at its end, for paths are appended. */
const publicUrl = new Setting(
  (text) => {
    const url = webUrl.read(text);
    if (url !== undefined && /[?#]/.test(url)) throw new Error('must have neither query nor fragment');
    return url?.replace(/(?<!\/)\/+$/, '');
  },
  { takes: 'URL' },
);

export const settings = {
  PUBLIC_URL: publicUrl.means(
    'Where partners reach us, e.g. `https://cpo.example`; the Host of the request, unless set.',
  ),
  OCPI_PARTNER_NETWORKS: networks.means(
    'Networks that are not public in which partners may be called, e.g. `10.1.0.0/16`; `npm start` allows `loopback`.',
  ),
  OCPI_WRONG_TOKENS_PER_MINUTE: integer(10, { min: 1, max: 10_000 }).means(
    'Wrong tokens of partners from one address a minute; more are answered 429. A right one always passes.',
  ),
  OCPI_PAGE_LIMIT: integer(100, { min: 1, max: 1_000 }).means('Objects of one page at most.'),
  OCPI_TOKENS_EVERY_S: integer(60, { min: 10, max: 86_400 }).means(
    'How often partners are asked for the tokens that changed, in seconds.',
  ),
  OCPI_ALL_TOKENS_EVERY_H: integer(24, { min: 1, max: 8_760 }).means(
    'How often partners are asked for all their tokens, in hours.',
  ),
  PARTNER_CALL_DAYS: integer(30, { min: 1, max: 4_000 }).means(
    'Days for which calls to partners and their answers are kept, from when they were settled.',
  ),
};
export type OcpiSettings = Settings<typeof settings>;

export const OCPI_SETTINGS = Symbol('settings of ocpi-gateway');
