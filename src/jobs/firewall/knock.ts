/** Whether a TCP port answers, as seen from where Muster runs. */
import { connect } from 'node:net';

/** How long a port may take to answer, ms. */
const PATIENCE_MS = 5_000;

/** Resolves with nothing once a connection is there; otherwise with why there is none. */
export function knock(address: string, port: number, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, signal, timeout: PATIENCE_MS });
    const end = (reason?: string) => {
      socket.destroy();
      resolve(reason);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end('ETIMEDOUT'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
