import { Note, oneOf, text } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { type Static, Type } from 'typebox';
import { LANGUAGE_CODES } from '../checkout/languages/languages.js';

const Language = oneOf(...LANGUAGE_CODES);

export const LinkMail = Type.Object({
  /** Of the driver; it is erased once the mail server has the mail. */
  address: text(254),
  /** That of the payment's page, if absent. */
  language: Type.Optional(Language),
  note: Note,
});
export type LinkMail = Static<typeof LinkMail>;

export const SentLink = Type.Object({
  /** What the mail leads to: to be read to the driver, too. */
  link: text(500),
  language: Language,
});
export type SentLink = Static<typeof SentLink>;

nameSchemas({ LinkMail, SentLink });
