/** Pagination counters, whole numbers as the meter counts them. */
export interface Pages {
  readonly first: string;
  readonly last: string;
}

/** The pages of a meter by which one session was proven; they prove no other. */
export interface Proof {
  readonly sessionId: string;
  /** SubjectPublicKeyInfo in hex. */
  readonly publicKey: string;
  readonly firstPage: string;
  readonly lastPage: string;
  /** When the session began: by the clock of the meter where that is synchronised, else as the session has it. */
  readonly begunAt: Date;
}

/**
 * Why pages prove nothing beside those of other sessions by the same key: they were used, or they fall although time
 * rises. Whichever order the sessions come in, what was proven first stands.
 */
export function proofProblem(proof: Proof, others: readonly Proof[]): 'pages-used' | 'pages-fall' | undefined {
  const rivals = others.filter(
    ({ publicKey, sessionId }) => publicKey === proof.publicKey && sessionId !== proof.sessionId,
  );
  if (rivals.some((other) => !isBefore(other, proof) && !isBefore(proof, other))) return 'pages-used';
  const falls = rivals.some((other) =>
    isBefore(other, proof) ? other.begunAt > proof.begunAt : other.begunAt < proof.begunAt,
  );
  return falls ? 'pages-fall' : undefined;
}

function isBefore(one: Proof, other: Proof): boolean {
  return BigInt(one.lastPage) < BigInt(other.firstPage);
}

/** How many pages lie between a proof and the one before it: values of a session that nobody told. */
export function missingBefore({ firstPage }: Proof, before: Proof | undefined): number {
  return before ? Number(BigInt(firstPage) - BigInt(before.lastPage) - 1n) : 0;
}
