import { type Server, type Socket, connect, createServer } from 'node:net';

/**
 * What becomes of a request: `pass`, as without a proxy; `cut`, the connection is closed before the server has it; `lose`,
 * the server has done it and the connection is closed instead of the answer; `silence`, from now on nothing passes on
 * this connection, which stays open.
 */
export type Fate = 'pass' | 'cut' | 'lose' | 'silence';

interface Ends {
  readonly client: Socket;
  readonly server: Socket;
  fate: Fate;
}

/** A proxy on loopback that does what networks do. */
export class FaultyProxy {
  /** Decides about what a client sends, one chunk at a time and in order. */
  decide: (request: Buffer) => Fate | Promise<Fate> = () => 'pass';
  /** Answers that were swallowed. */
  lost = 0;
  /** Whether new connections are taken and nothing passes on them. */
  silent = false;
  private readonly open = new Set<Ends>();

  private constructor(
    private readonly listener: Server,
    /** Where new connections lead. */
    public target: { host: string; port: number },
  ) {}

  /** @param port where clients connect; 0 takes a free one */
  static async open(port: number, target: { host: string; port: number }): Promise<FaultyProxy> {
    const listener = createServer();
    const proxy = new FaultyProxy(listener, target);
    listener.on('connection', (client) => proxy.forward(client));
    await new Promise<void>((listening) => listener.listen(port, '127.0.0.1', listening));
    return proxy;
  }

  get port(): number {
    return (this.listener.address() as { port: number }).port;
  }

  /** Connections on which something passes. */
  get connections(): number {
    return [...this.open].filter(({ fate }) => fate === 'pass').length;
  }

  /** The next request that matters is done and not answered. */
  loseNextAnswer(matters: (request: Buffer) => boolean): void {
    this.decide = (request) => {
      if (!matters(request)) return 'pass';
      this.decide = () => 'pass';
      return 'lose';
    };
  }

  /** The connections there are stay open, and nothing passes on them any more. */
  silence(): void {
    for (const ends of this.open) ends.fate = 'silence';
  }

  async close(): Promise<void> {
    for (const { client, server } of this.open) for (const end of [client, server]) end.destroy();
    await new Promise((closed) => this.listener.close(closed));
  }

  private forward(client: Socket): void {
    const server = connect(this.target.port, this.target.host);
    const ends: Ends = { client, server, fate: this.silent ? 'silence' : 'pass' };
    this.open.add(ends);
    for (const end of [client, server]) {
      end.on('error', () => undefined);
      end.on('close', () => this.ended(ends, end));
    }
    let before = Promise.resolve();
    client.on('data', (request) => {
      before = before.then(() => this.pass(ends, request));
    });
    server.on('data', (answer) => this.answer(ends, answer));
  }

  private async pass(ends: Ends, request: Buffer): Promise<void> {
    if (ends.fate === 'pass') ends.fate = await this.decide(request);
    if (ends.fate === 'cut') ends.client.destroy();
    else if (ends.fate !== 'silence') ends.server.write(request);
  }

  private answer(ends: Ends, answer: Buffer): void {
    if (ends.fate === 'pass') return void ends.client.write(answer);
    if (ends.fate !== 'lose') return;
    this.lost += 1;
    ends.client.destroy();
  }

  /** In silence, one side does not hear that the other has gone. */
  private ended(ends: Ends, end: Socket): void {
    if (ends.fate === 'silence' && end === ends.client && this.open.has(ends)) {
      ends.server.on('close', () => this.open.delete(ends));
      return;
    }
    this.open.delete(ends);
    ends.client.destroy();
    ends.server.destroy();
  }
}
