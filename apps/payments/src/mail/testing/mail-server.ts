import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface Received {
  readonly to: string[];
  readonly text: string;
}

/** A real mail server on loopback. */
export async function mailServer(more: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    ...{ secure: false, disabledCommands: ['STARTTLS'], authOptional: true },
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        received.push({ to, text: Buffer.concat(parts).toString('utf8') });
        done();
      });
    },
    ...more,
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { received, port, close: () => new Promise<void>((closed) => server.close(closed)) };
}
