type Absent = null | undefined;

/** Members that may be null or undefined are optional in it, the others as they were. */
export type Present<T> = { [K in keyof T as Extract<T[K], Absent> extends never ? K : never]: T[K] } & {
  [K in keyof T as Extract<T[K], Absent> extends never ? never : K]?: NonNullable<T[K]>;
};

/** Without the members that are null or undefined: OCPP, OCPI and our events leave out what is not said. */
export function present<T extends object>(members: T): Present<T> {
  const said: Record<string, unknown> = {};
  for (const name of Object.keys(members)) {
    const value = (members as Readonly<Record<string, unknown>>)[name];
    if (value !== null && value !== undefined) said[name] = value;
  }
  return said as Present<T>;
}
