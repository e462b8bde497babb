/** The versions that are served, the oldest first. */
export const versionNumbers = ['2.2.1', '2.3.0'] as const;
export type VersionNumber = (typeof versionNumbers)[number];

export function isVersion(text: string): text is VersionNumber {
  return (versionNumbers as readonly string[]).includes(text);
}

export interface VersionDetails {
  readonly version: VersionNumber;
  readonly endpoints: readonly { identifier: string; role: 'SENDER' | 'RECEIVER'; url: string }[];
}

/** @param base absolute URL under which the OCPI routes lie, without a slash at its end */
export function versionList(base: string): { version: VersionNumber; url: string }[] {
  return versionNumbers.map((version) => ({ version, url: `${base}/${version}` }));
}

export function versionDetails(base: string, version: VersionNumber): VersionDetails {
  return { version, endpoints: [{ identifier: 'cdrs', role: 'SENDER', url: `${base}/cpo/${version}/cdrs` }] };
}
