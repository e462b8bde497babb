import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  basicCredentials,
  chooseVersion,
  dispatcher,
  type Dispatch,
  type Handlers,
  type InboundCall,
  type Subprotocol,
  type Request,
  type Response,
  RpcPeer,
  stationIdFromUrl,
} from '@chargemesh/ocpp';
import { type WebSocket, WebSocketServer } from 'ws';

/** A session as the platform pieces it together from what it received. */
export interface PlatformSession {
  stationId: string;
  evseId: number;
  idToken: string;
  transactionId: string;
  startedAt: string;
  meterStartWh: number;
  endedAt?: string;
  meterStopWh?: number;
  reason?: string;
}

/** How the platform behaves; tests change it while it runs. */
export interface Behaviour {
  password: string;
  /** HTTP status for new connections; 101 takes them. */
  handshake: number;
  registration: 'Accepted' | 'Pending';
  tokenStatus: (idToken: string, action: string) => 'Accepted' | 'Invalid';
  /** Runs before each answer; may throw. */
  before: (call: InboundCall, stationId: string) => Promise<void> | void;
}

type Sampled = { value: string | number; unit?: string; unitOfMeasure?: { unit?: string } };
const wattHours = ({ value, unit, unitOfMeasure }: Sampled) =>
  Math.round(Number(value) * ((unitOfMeasure?.unit ?? unit) === 'kWh' ? 1_000 : 1));

/** A small real platform on the server side of the OCPP library: keeps sessions in memory, each fact once. */
export class Platform {
  /** Handshakes that were refused. */
  refusals = 0;
  readonly calls: { stationId: string; call: InboundCall }[] = [];
  readonly peers = new Map<string, RpcPeer<Subprotocol>>();
  readonly behaviour: Behaviour = {
    password: 'secret',
    handshake: 101,
    registration: 'Accepted',
    tokenStatus: () => 'Accepted',
    before: () => undefined,
  };
  private readonly sessions = new Map<string, PlatformSession>();
  private readonly startKeys = new Map<string, string>();
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly http: Server) {}

  static async start(): Promise<Platform> {
    const http = createServer();
    const platform = new Platform(http);
    const server = new WebSocketServer({ noServer: true, handleProtocols: (names) => chooseVersion(names) ?? false });
    http.on('connection', (socket) => platform.sockets.add(socket));
    http.on('upgrade', (request, socket, head) => {
      const stationId = stationIdFromUrl(request.url ?? '') ?? '';
      const { password } = basicCredentials(request.headers.authorization) ?? {};
      const { behaviour } = platform;
      const status = password?.toString() === behaviour.password ? behaviour.handshake : 401;
      if (status !== 101) {
        platform.refusals += 1;
        return socket.end(`HTTP/1.1 ${status} No\r\nConnection: close\r\n\r\n`);
      }
      return server.handleUpgrade(request, socket, head, (accepted) => platform.accept(accepted, stationId));
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return platform;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.http.address() as AddressInfo).port}/ocpp`;
  }

  all(): PlatformSession[] {
    return [...this.sessions.values()];
  }

  /** Cuts every connection, as a dying process does. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  stop(): void {
    this.cut();
    this.http.close();
  }

  private accept(socket: WebSocket, stationId: string): void {
    const version = socket.protocol as Subprotocol;
    const dispatch: Dispatch<string> =
      version === 'ocpp1.6'
        ? dispatcher(version, 'fromStation', this.handlers16())
        : dispatcher(version, 'fromStation', this.handlers2x());
    const peer = new RpcPeer<Subprotocol>(socket, {
      version,
      answer: async (call) => {
        this.calls.push({ stationId, call });
        await this.behaviour.before(call, stationId);
        return dispatch(call, stationId);
      },
    });
    this.peers.set(stationId, peer);
  }

  private session(stationId: string, transactionId: string): PlatformSession {
    const key = `${stationId} ${transactionId}`;
    const known = this.sessions.get(key);
    if (known) return known;
    const session = { stationId, transactionId, evseId: 0, idToken: '', startedAt: '', meterStartWh: NaN };
    this.sessions.set(key, session);
    return session;
  }

  private boot() {
    return { currentTime: '2026-01-05T10:00:00Z', interval: 1, status: this.behaviour.registration };
  }

  private handlers16(): Handlers<'ocpp1.6', 'fromStation', string> {
    const idTagInfo = (idTag: string, action: string) => ({ status: this.behaviour.tokenStatus(idTag, action) });
    return {
      BootNotification: () => this.boot(),
      Heartbeat: () => ({ currentTime: '2026-01-05T10:00:00Z' }),
      StatusNotification: () => ({}),
      MeterValues: () => ({}),
      Authorize: ({ idTag }) => ({ idTagInfo: idTagInfo(idTag, 'Authorize') }),
      StartTransaction: (start, stationId) => {
        const transactionId = this.claim(stationId, start);
        Object.assign(this.session(stationId, transactionId), {
          evseId: start.connectorId,
          idToken: start.idTag,
          startedAt: start.timestamp,
          meterStartWh: start.meterStart,
        });
        return { transactionId: Number(transactionId), idTagInfo: idTagInfo(start.idTag, 'StartTransaction') };
      },
      StopTransaction: ({ transactionId, timestamp, meterStop, reason }, stationId) => {
        const session = this.session(stationId, String(transactionId));
        Object.assign(session, { endedAt: timestamp, meterStopWh: meterStop, reason });
        return {};
      },
    };
  }

  private claim(stationId: string, start: Request<'ocpp1.6', 'StartTransaction'>): string {
    const key = JSON.stringify([stationId, start]);
    const transactionId = this.startKeys.get(key) ?? String(this.startKeys.size + 1);
    this.startKeys.set(key, transactionId);
    return transactionId;
  }

  private handlers2x(): Handlers<'ocpp2.0.1' | 'ocpp2.1', 'fromStation', string> {
    const idTokenInfo = (idToken: string, action: string) => ({ status: this.behaviour.tokenStatus(idToken, action) });
    return {
      BootNotification: () => this.boot(),
      Heartbeat: () => ({ currentTime: '2026-01-05T10:00:00Z' }),
      StatusNotification: () => ({}),
      MeterValues: () => ({}),
      NotifyReport: () => ({}),
      Authorize: ({ idToken }) => ({ idTokenInfo: idTokenInfo(idToken.idToken, 'Authorize') }),
      TransactionEvent: (event, stationId): Response<'ocpp2.0.1', 'TransactionEvent'> => {
        const session = this.session(stationId, event.transactionInfo.transactionId);
        const [sampled] = event.meterValue?.[0]?.sampledValue ?? [];
        const meterWh = sampled ? wattHours(sampled) : NaN;
        if (event.eventType === 'Started') {
          const { timestamp: startedAt, evse, idToken } = event;
          Object.assign(session, { startedAt, meterStartWh: meterWh, evseId: evse?.id, idToken: idToken?.idToken });
        }
        if (event.eventType === 'Ended') {
          const { stoppedReason: reason } = event.transactionInfo;
          Object.assign(session, { endedAt: event.timestamp, meterStopWh: meterWh, reason });
        }
        return event.idToken ? { idTokenInfo: idTokenInfo(event.idToken.idToken, 'TransactionEvent') } : {};
      },
    };
  }
}
