/** The versions that are known here, the oldest first. */
export const versionNumbers = ['2.2.1', '2.3.0'] as const;
export type VersionNumber = (typeof versionNumbers)[number];
