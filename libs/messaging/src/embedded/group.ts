import type { Reader } from './reader.js';

/** The members of a group in this process; every change of them divides the partitions anew. */
export class Group {
  private readonly members: Reader[] = [];

  constructor(private readonly partitions: number) {}

  join(member: Reader): void {
    this.members.push(member);
    this.divide();
  }

  leave(member: Reader): void {
    this.members.splice(this.members.indexOf(member), 1);
    this.divide();
  }

  partitionsOf(member: Reader | undefined): Set<number> {
    const place = member ? this.members.indexOf(member) : -1;
    const all = Array.from({ length: this.partitions }, (_, partition) => partition);
    return new Set(place < 0 ? [] : all.filter((partition) => partition % this.members.length === place));
  }

  private divide(): void {
    for (const member of this.members) member.revoke();
  }
}
