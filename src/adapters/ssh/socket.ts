/** A stream to a unix socket on the host, through the connection that is there anyway. */
import type { Duplex } from 'node:stream';
import { unless } from './channels.ts';
import type { Connection } from './connection.ts';

/**
 * Rejects with `EACCES` where the user may not use the socket, with `ECONNREFUSED` where the server opens none for
 * another reason. `test` is test(1) on the host.
 */
export async function connectSocket(
  connection: Connection,
  path: string,
  test: (...words: string[]) => Promise<boolean>,
): Promise<Duplex> {
  const { client, lost } = await connection.open();
  const opened = new Promise<Duplex>((resolve, reject) => {
    client.openssh_forwardOutStreamLocal(path, (error, channel) => {
      if (error) reject(error);
      else resolve(channel);
    });
  });
  const stream = await unless(lost, opened, (late) => late.destroy()).catch(async (error) => {
    if (lost.aborted) throw lost.reason;
    // The server does not say why.
    const denied = (await test('-S', path)) && !(await test('-w', path));
    throw Object.assign(error, { code: denied ? 'EACCES' : 'ECONNREFUSED' });
  });
  // Otherwise the loss looks as if the service at the socket had hung up.
  const tell = () => stream.emit('error', lost.reason);
  lost.addEventListener('abort', tell, { once: true });
  stream.once('close', () => lost.removeEventListener('abort', tell));
  // Whoever has let go of the stream need not hear of it.
  stream.on('error', () => {});
  return stream;
}
