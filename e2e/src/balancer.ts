import { once } from 'node:events';
import { type AddressInfo, type Server, connect, createServer } from 'node:net';
import { pipeline } from 'node:stream';

/** One address in front of several processes, as a Service of Kubernetes is: a new connection goes to the next in turn. */
export class Balancer {
  private turn = 0;

  private constructor(
    private readonly server: Server,
    private targets: readonly string[],
  ) {}

  /** @param targets URLs of the processes */
  static async open(targets: readonly string[]): Promise<Balancer> {
    const server = createServer();
    const balancer = new Balancer(server, targets);
    server.on('connection', (socket) => {
      const target = balancer.targets[balancer.turn++ % balancer.targets.length];
      if (!target) return void socket.destroy();
      const { hostname, port } = new URL(target);
      pipeline(socket, connect(Number(port), hostname), socket, () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return balancer;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The process gets no connection more and keeps those that it has. */
  withdraw(target: string): void {
    this.targets = this.targets.filter((one) => one !== target);
  }

  admit(target: string): void {
    this.targets = [...this.targets, target];
  }

  close(): void {
    this.server.close();
  }
}
