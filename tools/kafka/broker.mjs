/**
 * A real Apache Kafka broker without containers: its jars come from Maven Central, it runs in KRaft mode on loopback.
 * Needs Java 17 and Maven. The jars are kept in `.cache/kafka`, the data in a folder that is removed on stop.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const jars = join(root, '.cache/kafka');
const READY_WITHIN_MS = 60_000;

export class KafkaUnavailable extends Error {}

/**
 * Starts a broker; `stop` and `kill` end it, `start` brings a stopped one back on the same data and port. With an
 * `advertisedPort`, clients are sent there: to a proxy that a test has put in front. `detached`, it is in a session of its
 * own and outlives Ctrl-C, so that who uses it can finish; the caller then ends it. With `security`, it listens for TLS and
 * logins too, at `saslBrokers` and `mutualTlsBrokers`.
 */
export async function startKafka({ port, advertisedPort, detached = false, security } = {}) {
  await installJars();
  // Found at once: one after the other, the same may be found twice.
  const [found, controller, sasl, mutualTls] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const broker = port ?? found;
  const data = await mkdtemp(join(tmpdir(), 'chargemesh-kafka-'));
  process.once('exit', () => rmSync(data, { recursive: true, force: true }));
  const properties = join(data, 'server.properties');
  const secured = security && { ...security, sasl, mutualTls };
  await writeFile(properties, settings(broker, controller, join(data, 'log'), advertisedPort ?? broker, secured));
  const format = ['format', '-t', 'Y2hhcmdlbWVzaC10ZXN0cw', '-c', properties];
  await java(['kafka.tools.StorageTool', ...format, ...(secured ? scramUsers(secured) : [])]);
  let child = await serve(properties, broker, detached);
  return {
    brokers: [`127.0.0.1:${broker}`],
    /** Where its records are. */
    folder: join(data, 'log'),
    saslBrokers: secured && [`localhost:${secured.sasl}`],
    mutualTlsBrokers: secured && [`localhost:${secured.mutualTls}`],
    get pid() {
      return child.pid;
    },
    /** Resolves when the broker that was started first ends, whoever ended it. */
    ended: once(child, 'exit'),
    async start() {
      child = await serve(properties, broker, detached);
    },
    /** Ends the broker; its data stays for `start`. */
    async kill(signal = 'SIGKILL') {
      await end(child, signal);
    },
    async stop() {
      await end(child, 'SIGKILL');
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function installJars() {
  if (existsSync(join(jars, 'complete'))) return;
  await run('java', ['-version']).catch(() => {
    throw new KafkaUnavailable('The Kafka tests need Java 17 (or KAFKA_BROKERS naming a broker): java was not found.');
  });
  await mkdir(join(root, '.cache'), { recursive: true });
  const fresh = `${jars}-${process.pid}`;
  await run('mvn', [
    '-q',
    '-B',
    '-f',
    join(import.meta.dirname, 'pom.xml'),
    'dependency:copy-dependencies',
    `-DoutputDirectory=${fresh}`,
  ]).catch((error) => {
    throw new KafkaUnavailable(
      `The Kafka tests need Maven to fetch the broker (or KAFKA_BROKERS naming one): ${String(error.message).split('\n')[0]}`,
    );
  });
  await writeFile(join(fresh, 'complete'), '');
  await rename(fresh, jars).catch(async (error) => {
    await rm(fresh, { recursive: true, force: true });
    if (!existsSync(join(jars, 'complete'))) throw error;
  });
}

function settings(broker, controller, log, advertised, secured) {
  const extra = secured ? [`SASL_SSL://127.0.0.1:${secured.sasl}`, `SSL://127.0.0.1:${secured.mutualTls}`] : [];
  const named = extra.map((listener) => listener.replace('127.0.0.1', 'localhost'));
  return `
process.roles=broker,controller
node.id=1
listeners=${[`PLAINTEXT://127.0.0.1:${broker}`, `CONTROLLER://127.0.0.1:${controller}`, ...extra].join(',')}
advertised.listeners=${[`PLAINTEXT://127.0.0.1:${advertised}`, ...named].join(',')}
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:${controller}
log.dirs=${log}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
${secured ? securedSettings(secured) : ''}`;
}

/**
 * One user for PLAIN and SCRAM, unsecured tokens for OAUTHBEARER, certificates of one authority. With other `users`, what is
 * not granted is refused, but to who comes without TLS: that is the broker itself, and the test.
 */
function securedSettings({ keyStore, caFile, username, password, users = [], loginLastsMs = 3_600_000 }) {
  const modules = 'org.apache.kafka.common.security';
  const logins = [username, ...users].map((user) => `user_${user}="${password}"`).join(' ');
  return `
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL
ssl.keystore.type=PEM
ssl.keystore.location=${keyStore}
ssl.truststore.type=PEM
ssl.truststore.location=${caFile}
listener.name.ssl.ssl.client.auth=required
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER
listener.name.sasl_ssl.plain.sasl.jaas.config=${modules}.plain.PlainLoginModule required ${logins};
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=${modules}.scram.ScramLoginModule required;
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=${modules}.scram.ScramLoginModule required;
listener.name.sasl_ssl.oauthbearer.sasl.jaas.config=${modules}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";
listener.name.sasl_ssl.oauthbearer.connections.max.reauth.ms=${loginLastsMs}
${users.length > 0 ? 'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\nsuper.users=User:ANONYMOUS' : ''}
`;
}

function scramUsers({ username, password }) {
  return ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${username},password=${password}]`,
  ]);
}

function java(args) {
  return run('java', ['-cp', `${jars}/*`, ...args]);
}

async function serve(properties, port, detached) {
  const child = spawn(
    'java',
    ['-Xmx384m', '-Xms128m', '-XX:TieredStopAtLevel=1', '-cp', `${jars}/*`, 'kafka.Kafka', properties],
    { stdio: 'ignore', detached },
  );
  const exited = new Promise((_, reject) =>
    child.once('exit', (code) =>
      reject(new KafkaUnavailable(`The Kafka broker ended with code ${code} while starting.`)),
    ),
  );
  exited.catch(() => undefined);
  await Promise.race([exited, portOpen(port)]);
  return child;
}

async function portOpen(port) {
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until;) {
    const open = await new Promise((done) => {
      const socket = connect(port, '127.0.0.1', () => done(true));
      socket.on('error', () => done(false)).on('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new KafkaUnavailable(`The Kafka broker did not open port ${port} within ${READY_WITHIN_MS / 1000} s.`);
}

function end(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once('exit', done);
    child.kill(signal);
  });
}

export function freePort() {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
