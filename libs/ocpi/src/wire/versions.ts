import { type Static, Type } from 'typebox';
import { type VersionNumber, versionNumbers } from '../versions.js';

const WebUrl = Type.String({ pattern: '^https?://', minLength: 1, maxLength: 2_000 });
/** Versions and modules that we do not know pass. */
export const ReceivedVersions = Type.Array(Type.Object({ version: Type.String({ maxLength: 36 }), url: WebUrl }), {
  minItems: 1,
  maxItems: 100,
});
export type ReceivedVersions = Static<typeof ReceivedVersions>;

export const ReceivedDetails = Type.Object({
  version: Type.String({ maxLength: 36 }),
  endpoints: Type.Array(
    Type.Object({
      identifier: Type.String({ minLength: 1, maxLength: 100 }),
      /** 2.1.1 knows none. */
      role: Type.Optional(Type.String({ maxLength: 36 })),
      url: WebUrl,
    }),
    { minItems: 1, maxItems: 200 },
  ),
});
export type ReceivedDetails = Static<typeof ReceivedDetails>;

/** The newest version that both have; undefined, if there is none. */
export function newestCommon(theirs: ReceivedVersions): { version: VersionNumber; url: string } | undefined {
  for (const version of [...versionNumbers].reverse()) {
    const found = theirs.find((offered) => offered.version.trim() === version);
    if (found) return { version, url: found.url };
  }
  return undefined;
}
