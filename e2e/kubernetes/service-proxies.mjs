/**
 * An address on loopback for each service of the release. A connection goes to a pod that is ready, as it would through the
 * Service itself, by `kubectl port-forward`, which by itself would stay with one pod until that is gone.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { pipeline } from 'node:stream';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { namespace, release } from './program.mjs';

const HTTP_PORT = 8080;
const FORWARDED_WITHIN_MS = 15_000;
const LED_WITHIN_MS = 60_000;
/** As a connection to a Service without a pod is tried again for a moment. */
const ENTERED_WITHIN_MS = 5_000;
const ASKED_EVERY_MS = 100;
/** A line for each change of a Service: its name, then its pods and whether they are ready. */
const CHANGES =
  '{{index .metadata.labels "kubernetes.io/service-name"}}' +
  '{{range .endpoints}} {{.targetRef.name}}={{.conditions.ready}}{{end}}{{"\\n"}}';

export class ServiceProxies {
  #proxies = new Map();
  #watch;
  #closed = false;

  /** Waits until each leads to a pod. */
  static async open(services) {
    const proxies = new ServiceProxies();
    for (const service of services) proxies.#proxies.set(`${release}-${service}`, await ServiceProxy.open());
    proxies.#watchPods();
    for (const until = Date.now() + LED_WITHIN_MS; !proxies.#allLead(); await sleep(ASKED_EVERY_MS)) {
      if (Date.now() < until) continue;
      proxies.close();
      throw new Error('a service has no pod that is ready');
    }
    return proxies;
  }

  portOf(service) {
    return this.#proxies.get(`${release}-${service}`).port;
  }

  #allLead() {
    return [...this.#proxies.values()].every((proxy) => proxy.leads);
  }

  close() {
    this.#closed = true;
    this.#watch.kill();
    for (const proxy of this.#proxies.values()) proxy.close();
  }

  /** The server ends a watch now and then. */
  #watchPods() {
    const selector = `app.kubernetes.io/instance=${release}`;
    const options = ['--namespace', namespace, '--selector', selector, '--watch', '--output', `go-template=${CHANGES}`];
    this.#watch = spawn('kubectl', ['get', 'endpointslices', ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
    createInterface(this.#watch.stdout).on('line', (line) => {
      const [service, ...pods] = line.split(' ');
      this.#proxies.get(service)?.lead(new Map(pods.map((pod) => pod.split('='))));
    });
    this.#watch.on('close', () => this.#closed || setTimeout(() => this.#closed || this.#watchPods(), 1_000));
  }
}

class ServiceProxy {
  #server = createServer((socket) => void this.#enter(socket));
  #forwards = new Map();
  #ready = [];
  #turn = 0;

  static async open() {
    const proxy = new ServiceProxy();
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port() {
    return this.#server.address().port;
  }

  get leads() {
    return this.#ready.length > 0;
  }

  /** @param pods each by its name, and whether it is ready; one that ends keeps the connections that it has */
  lead(pods) {
    this.#ready = [...pods.keys()].filter((pod) => pods.get(pod) === 'true');
    for (const [pod, forward] of this.#forwards) if (!pods.has(pod)) forward.child.kill();
  }

  close() {
    this.#server.close();
    for (const { child } of this.#forwards.values()) child.kill();
  }

  async #enter(socket) {
    socket.on('error', () => undefined);
    const port = await this.#portOfAPod();
    if (!port) return socket.destroy();
    const inside = connect(port, '127.0.0.1');
    pipeline(socket, inside, socket, () => undefined);
  }

  async #portOfAPod() {
    for (const until = Date.now() + ENTERED_WITHIN_MS; Date.now() < until; await sleep(ASKED_EVERY_MS)) {
      const pod = this.#ready[this.#turn++ % this.#ready.length];
      const port = pod && (await this.#forwardTo(pod).catch(() => undefined));
      if (port) return port;
    }
    return undefined;
  }

  #forwardTo(pod) {
    let forward = this.#forwards.get(pod);
    if (!forward) {
      const options = ['--namespace', namespace, '--address', '127.0.0.1'];
      const child = spawn('kubectl', ['port-forward', `pod/${pod}`, `:${HTTP_PORT}`, ...options]);
      child.on('close', () => this.#forwards.delete(pod));
      child.stderr.resume();
      forward = { child, port: portSaidBy(child) };
      this.#forwards.set(pod, forward);
    }
    return forward.port;
  }
}

function portSaidBy(child) {
  return new Promise((resolve, reject) => {
    const tooLate = setTimeout(() => child.kill(), FORWARDED_WITHIN_MS);
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(tooLate);
      reject(new Error('kubectl port-forward has ended'));
    });
    createInterface(child.stdout).on('line', (line) => {
      const [, port] = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line) ?? [];
      if (!port) return;
      clearTimeout(tooLate);
      resolve(Number(port));
    });
  });
}
