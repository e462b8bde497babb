/** Whether a message begins a transaction, before its payload is validated. */
export function begins({ action, payload }: { action: string; payload: object }): boolean {
  const { eventType } = payload as { eventType?: unknown };
  const isStarted = typeof eventType === 'string' && eventType.trim().toLowerCase() === 'started';
  return action === 'StartTransaction' || (action === 'TransactionEvent' && isStarted);
}
