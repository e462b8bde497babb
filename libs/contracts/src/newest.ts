/** Of several states of one aggregate the one with the highest version; a statement can write each row only once. */
export function newest<Data extends { version: number }>(events: readonly { key: string; data: Data }[]): Data[] {
  const byKey = new Map<string, Data>();
  for (const { key, data } of events) {
    const known = byKey.get(key);
    if (!known || known.version < data.version) byKey.set(key, data);
  }
  return [...byKey.values()];
}
