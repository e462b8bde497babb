export function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

export function stackOf(error: unknown): string | null {
  return error instanceof Error ? (error.stack ?? null) : null;
}
