/** What the page of settings says about one. */
export interface AboutSetting {
  /** What may be given, in a few words: `whole number from 1 to 600`. */
  readonly takes: string;
  /** What holds when it is not given, as it would be written; absent, if there is no such thing. */
  readonly fallback?: string;
  /** Whether a process starts without it. */
  readonly required?: boolean;
  /** Whether its value must not be seen; it may then be read from a file too. */
  readonly secret?: boolean;
  /** What it is for, in Markdown. */
  readonly meaning?: string;
}

/** One setting: how its text is read, and what is to be said of it. */
export class Setting<T> {
  /**
   * @param read gives the value of the text, which is never empty; throws with the reason when it does not fit
   */
  constructor(
    readonly read: (text: string | undefined) => T,
    readonly about: AboutSetting,
  ) {}

  /** The same setting, with what it is for. */
  means(meaning: string): Setting<T> {
    return new Setting(this.read, { ...this.about, meaning });
  }
}

export type Shape = Readonly<Record<string, Setting<unknown>>>;
export type Settings<S> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
