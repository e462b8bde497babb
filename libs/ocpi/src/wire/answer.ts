/** What came back from a partner. */
export interface PartnerAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * What an answer means: what it carries, or why the call did not succeed. Success is an HTTP status of 2xx, a body
 * that is JSON and a `status_code` of 1xxx. OCPI 2.3.0 §4.1.7 and §5; partners put errors into either.
 */
export type AnswerRead =
  { readonly data: unknown } | { readonly failed: string; readonly status: number; readonly code?: number | undefined };

const TOLD = 200;

export function readAnswer({ status, body }: PartnerAnswer): AnswerRead {
  const envelope = parsed(body);
  const code = typeof envelope?.['status_code'] === 'number' ? envelope['status_code'] : undefined;
  const said = typeof envelope?.['status_message'] === 'string' ? `: ${envelope['status_message'].slice(0, TOLD)}` : '';
  if (status < 200 || status > 299) return { failed: `HTTP ${status}${said}`, status, code };
  if (!envelope) return { failed: `HTTP ${status}, but its body is no JSON object`, status };
  if (code === undefined) return { failed: `HTTP ${status}, but no status_code`, status };
  if (code < 1_000 || code > 1_999) return { failed: `status_code ${code}${said}`, status, code };
  return { data: envelope['data'] };
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
