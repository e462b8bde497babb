/** What a fiscal system answers, which is kept with the receipt. */
export interface Registration {
  /** By which the system knows it. */
  readonly reference: string;
  readonly registeredAt: string;
  /** What has to be on the receipt beside what is there, in the country's own words. */
  readonly printed: readonly (readonly [name: string, value: string])[];
  /** Of the machine-readable code that has to be on it. */
  readonly code?: string | undefined;
  /** Such as that the country's signature is missing. */
  readonly note?: string | undefined;
}
