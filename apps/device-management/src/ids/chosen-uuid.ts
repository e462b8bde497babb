import { Type } from 'typebox';

/** A UUID that a client chose; in lower case only, since it becomes a key that is compared as text. */
export const ChosenUuid = Type.String({ format: 'uuid', pattern: '^[0-9a-f-]{36}$' });
