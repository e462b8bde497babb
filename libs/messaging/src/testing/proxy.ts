import { type Server, type Socket, connect, createServer } from 'node:net';

/**
 * A proxy that can swallow the answer to a request and close the connection, as a network does: the server has done
 * it, the client does not know.
 */
export class LossyProxy {
  /** Answers that were swallowed. */
  lost = 0;
  private loseNext = false;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: { host: string; port: number },
    /** Whether a chunk from the client is a request whose answer may be lost. */
    private readonly matters: (request: Buffer) => boolean,
  ) {}

  /** @param port where clients connect; 0 takes a free one */
  static async open(port: number, target: { host: string; port: number }, matters: (request: Buffer) => boolean) {
    const server = createServer();
    const proxy = new LossyProxy(server, target, matters);
    server.on('connection', (client) => proxy.forward(client));
    await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  loseNextAnswer(): void {
    this.loseNext = true;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((closed) => this.server.close(closed));
  }

  private forward(client: Socket): void {
    const server = connect(this.target.port, this.target.host);
    const ends = [client, server];
    for (const end of ends) {
      this.sockets.add(end);
      end.on('error', () => undefined);
      end.on('close', () => {
        this.sockets.delete(end);
        for (const each of ends) each.destroy();
      });
    }
    let doomed = false;
    client.on('data', (request) => {
      if (this.loseNext && this.matters(request)) {
        this.loseNext = false;
        doomed = true;
      }
      server.write(request);
    });
    server.on('data', (answer) => {
      if (!doomed) return void client.write(answer);
      this.lost += 1;
      client.destroy();
    });
  }
}
