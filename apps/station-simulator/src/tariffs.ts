/** The prices that a 2.1 station was given, by EVSE. */
export class Tariffs {
  private readonly defaults = new Map<number, string>();

  constructor(private readonly evses: readonly number[]) {}

  /** 0 means all EVSEs; false if there is no such EVSE. */
  setDefault(evseId: number, tariffId: string): boolean {
    const evses = this.evsesOf(evseId);
    for (const evse of evses) this.defaults.set(evse, tariffId);
    return evses.length > 0;
  }

  /** Each tariff with its EVSEs. */
  list(evseId: number): { tariffId: string; evseIds: number[] }[] {
    const found = new Map<string, number[]>();
    for (const evse of this.evsesOf(evseId)) {
      const tariffId = this.defaults.get(evse);
      if (tariffId !== undefined) found.set(tariffId, [...(found.get(tariffId) ?? []), evse]);
    }
    return [...found].map(([tariffId, evseIds]) => ({ tariffId, evseIds }));
  }

  /** Forgets these tariffs, or all; gives those that it had. */
  clear(tariffIds: readonly string[] | undefined, evseId: number): string[] {
    const cleared = new Set<string>();
    for (const evse of this.evsesOf(evseId)) {
      const tariffId = this.defaults.get(evse);
      if (tariffId === undefined || (tariffIds && !tariffIds.includes(tariffId))) continue;
      this.defaults.delete(evse);
      cleared.add(tariffId);
    }
    return [...cleared];
  }

  private evsesOf(evseId: number): readonly number[] {
    return evseId === 0 ? this.evses : this.evses.filter((evse) => evse === evseId);
  }
}
