import { setTimeout as sleep } from 'node:timers/promises';

const REQUEST_WITHIN_MS = 10_000;
const ACCEPTED_WITHIN_MS = 15_000;

/** Where a service answers; in one process all at the same place. */
export type AddressOf = (service: string) => string;

/** A client of the platform's REST interface; paths begin with the service's name. */
export class Rest {
  constructor(
    private readonly addressOf: AddressOf,
    private readonly apiKey: string,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.request<T>('GET', path);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.request<T>('PUT', path, body);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.request<T>('POST', path, body);
  }

  /** Waits until every one of these lists answers to the key. */
  async accepted(lists: string[]): Promise<void> {
    for (let waited = 0; ; waited += 50) {
      const answers = await Promise.all(lists.map((list) => this.send('GET', list)));
      const refused = answers.find((answer) => !answer.ok);
      if (!refused) return;
      if (waited > ACCEPTED_WITHIN_MS) throw new Error(`${refused.url} still answers ${refused.status}`);
      await sleep(50);
    }
  }

  private async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.send(method, path, body);
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  private send(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.addressOf(path.slice(0, path.indexOf('/')))}/api/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_WITHIN_MS),
    });
  }
}
