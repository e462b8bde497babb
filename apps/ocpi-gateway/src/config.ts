import { type Setting, type Settings, integer } from '@chargemesh/service';

/** Absolute http(s) URL without a slash at its end. */
const publicUrl: Setting<string | undefined> = (text) => {
  if (text === undefined) return undefined;
  if (!/^https?:\/\/[^\s?#]+$/.test(text) || !URL.canParse(text)) throw new Error('must be an absolute http(s) URL');
  return text.replace(/\/+$/, '');
};

export const settings = {
  /** Where partners reach us, e.g. `https://cpo.example`; the Host of the request, unless set. */
  PUBLIC_URL: publicUrl,
  /** Objects of one page at most. */
  OCPI_PAGE_LIMIT: integer(100, { min: 1, max: 1_000 }),
};
export type OcpiSettings = Settings<typeof settings>;

export const OCPI_SETTINGS = Symbol('settings of ocpi-gateway');
